using Granary.Git.Reading;
using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>Finds what a file that is new in a commit was called in a parent, as <c>git blame</c> does: among the files that went.</summary>
internal sealed class RenameLookup(ObjectSource objects, DiffLimits limits)
{
    private static readonly DiffSettings Settings = new() { Moves = MoveDetection.Renames };

    /// <summary>Whether the last look may have missed something because of a limit.</summary>
    public bool IsLimited { get; private set; }

    /// <param name="old">The parent's tree.</param>
    /// <param name="now">The commit's tree.</param>
    /// <param name="path">Of a file that the parent does not have.</param>
    /// <param name="cancellationToken">Looked at in each folder.</param>
    public GitPath? Find(ObjectId old, ObjectId now, GitPath path, CancellationToken cancellationToken)
    {
        try
        {
            var changes = new TreeComparison(objects, []).Compare(old, now, cancellationToken).Take(limits.MaxChangedFiles + 1).ToList();
            IsLimited = changes.Count > limits.MaxChangedFiles;
            var among = changes.FindAll(change => change.New is null || (change.Old is null && change.New.Path.Span.SequenceEqual(path.Bytes.Span)));
            var renames = new RenameDetection(new SimilarityMeter(objects, limits), Settings, limits);
            var found = renames.Apply(among, cancellationToken).FirstOrDefault(static change => change.Status == FileStatus.Renamed);
            IsLimited |= renames.IsLimited;
            return found is null ? null : GitPath.FromBytes(found.Old!.Path.Span);
        }
        catch (DiffTooLargeException)
        {
            IsLimited = true;
            return null;
        }
    }
}
