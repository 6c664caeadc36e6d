using Granary.Git.Reading;
using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>Tells what was found, in the order of the lines.</summary>
internal static class BlameRuns
{
    private const int MaxRuns = 256;
    private const int MaxText = 256 << 10;
    private const int MaxMessage = 4096;

    public static IEnumerable<BlamePiece> Tell(ReadHandle handle, List<FoundLines> found)
    {
        var told = new HashSet<ObjectId>();
        var (commits, runs, text) = (new List<Commit>(), new List<BlameRun>(), 0);
        foreach (var lines in Joined(found))
        {
            var id = lines.Origin.Node.Id;
            if (told.Add(id))
            {
                using var raw = handle.Read(id, ObjectKind.Commit);
                commits.Add(CommitParser.Parse(id, raw.Data, MaxMessage));
                text += commits[^1].Message.Length;
            }

            var span = lines.Span;
            runs.Add(new BlameRun(id, lines.Origin.Path, span.Source + 1, span.Line + 1, span.Count, lines.Origin.Previous, lines.IsIncomplete));
            text += lines.Origin.Path.Bytes.Length;
            if (runs.Count < MaxRuns && text < MaxText) continue;
            yield return new BlamePiece(commits, runs);
            (commits, runs, text) = ([], [], 0);
        }

        if (runs.Count > 0) yield return new BlamePiece(commits, runs);
    }

    /// <summary>Lines that came to the same file on several ways are together again.</summary>
    private static IEnumerable<FoundLines> Joined(List<FoundLines> found)
    {
        found.Sort(static (one, other) => one.Span.Line.CompareTo(other.Span.Line));
        FoundLines? open = null;
        foreach (var lines in found)
        {
            if (open is { } before)
            {
                if (before.Span.GoesOnIn(lines.Span) && IsSameFile(before, lines))
                {
                    open = before with { Span = before.Span with { Count = before.Span.Count + lines.Span.Count } };
                    continue;
                }

                yield return before;
            }

            open = lines;
        }

        if (open is { } last) yield return last;
    }

    private static bool IsSameFile(FoundLines one, FoundLines other) =>
        one.IsIncomplete == other.IsIncomplete && one.Origin.Node == other.Origin.Node && one.Origin.Path.Equals(other.Origin.Path);
}
