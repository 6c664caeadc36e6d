using Granary.Git.Reading.Blame;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.History.Graph;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>One blame: it walks as far as lines need it, or as it may, and tells what it found.</summary>
internal sealed class BlameSearch(ReadHandle handle, BlobMemory memory, BlameOptions options, DiffLimits limits, TimeProvider time)
{
    private static readonly BlamePiece Nothing = new([], []);

    /// <returns>Pieces; at each commit on the way an empty one, where others may have their turn.</returns>
    public IEnumerable<BlamePiece> Run(BlamedFile file, LineSpan lines, bool ignoresWhitespace, CancellationToken cancellationToken)
    {
        if (lines.Count == 0) yield break;
        var start = time.GetTimestamp();
        using var nodes = new CommitNodes(handle, int.MaxValue);
        using var forms = new FileForms(handle.Objects, memory);
        var walk = new BlameWalk(
            new ParentFiles(nodes, new RenameLookup(handle.Objects, limits)),
            new LineHandover(handle.Objects, forms, ignoresWhitespace, options.MaxFileSize));
        var node = nodes.Load(file.Commit);
        var trail = PathTrail.Find(handle, node.Tree, file.Path);
        walk.Begin(new BlameOrigin(node, trail, trail.Entry!.Value) { Spans = [lines] });
        for (var visited = 0; !walk.IsAtEnd; visited++)
        {
            if (visited == options.MaxCommits || time.GetElapsedTime(start) > options.MaxTime) walk.GiveUp();
            else walk.Step(cancellationToken);
            yield return Nothing;
        }

        foreach (var piece in BlameRuns.Tell(handle, walk.Found)) yield return piece;
    }
}
