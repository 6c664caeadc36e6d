using System.Globalization;
using System.Text;
using Granary.V1;

namespace Granary.Reading.Tests.RealRepository;

/// <summary>What is the same in a patch of git's and a diff of the API: where hunks are, and which lines they have, decoded as UTF-8.</summary>
internal static class Patches
{
    public static string Of(IEnumerable<FileDiff> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            foreach (var hunk in file.Hunks)
            {
                text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(hunk.OldStart, hunk.OldCount)} +{Range(hunk.NewStart, hunk.NewCount)} @@\n");
                foreach (var line in hunk.Lines)
                {
                    text.Append(line.Kind switch { DiffLine.Types.Kind.Added => '+', DiffLine.Types.Kind.Deleted => '-', _ => ' ' });
                    text.Append(line.RawText.IsEmpty ? line.Text : line.RawText.ToStringUtf8()).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    public static string OfGit(byte[] patch)
    {
        var text = new StringBuilder();
        int old = 0, @new = 0;
        foreach (var line in Encoding.UTF8.GetString(patch).Split('\n'))
        {
            if (old + @new > 0)
            {
                if (line.StartsWith('\\')) continue;
                if (line[0] != '+') old--;
                if (line[0] != '-') @new--;
                text.Append(line).Append('\n');
            }
            else if (line.StartsWith("@@ ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                old = Count(parts[1]);
                @new = Count(parts[2]);
                text.Append(CultureInfo.InvariantCulture, $"{parts[0]} {parts[1]} {parts[2]} @@\n");
            }
        }

        return text.ToString();
    }

    private static int Count(string range) => range.Split(',') is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1;

    private static string Range(int start, int count) => count == 1 ? $"{start}" : $"{start},{count}";
}
