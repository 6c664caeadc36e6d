namespace Granary.Reading.Tests.Blame;

/// <summary>A file of the generated history.</summary>
internal sealed record BlameFile(string[] Lines, string Mode)
{
    public string Content => string.Join('\n', Lines);

    /// <summary>Another edition of it, which has a few changes.</summary>
    public BlameFile Edited(Random random, Func<int, string> line)
    {
        var lines = Lines.ToList();
        for (var change = 1 + random.Next(3); change > 0; change--) Edit(lines, random, line);
        return this with { Lines = [.. lines] };
    }

    /// <summary>What a merge may make of two: pieces of the one, and pieces of the other.</summary>
    public BlameFile MixedWith(BlameFile other, Random random)
    {
        var lines = new List<string>();
        for (var at = 0; at < Math.Max(Lines.Length, other.Lines.Length);)
        {
            var count = 1 + random.Next(30);
            lines.AddRange((random.Next(2) == 0 ? Lines : other.Lines).Skip(at).Take(count));
            at += count;
        }

        return this with { Lines = [.. lines] };
    }

    private static void Edit(List<string> lines, Random random, Func<int, string> line)
    {
        var at = random.Next(lines.Count + 1);
        var count = Math.Min(1 + random.Next(8), lines.Count - at);
        var some = lines.GetRange(at, count);
        switch (random.Next(8))
        {
            case 0:
                lines.RemoveRange(at, count);
                break;
            case 1:
                lines.RemoveRange(at, count);
                lines.InsertRange(random.Next(lines.Count + 1), some);
                break;
            case 2:
                lines.InsertRange(at, some);
                break;
            case 3:
                for (var i = at; i < at + count; i++) lines[i] = random.Next(2) == 0 ? "  " + lines[i] : lines[i].Replace(" ", "  ", StringComparison.Ordinal) + "\r";
                break;
            case 4 when lines.Count > 0:
                if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
                else lines.Add("");
                break;
            case 5:
                for (var i = at; i < at + count; i++) lines[i] = line(i);
                break;
            default:
                lines.InsertRange(at, Enumerable.Range(0, 1 + random.Next(6)).Select(line));
                break;
        }
    }
}
