using Granary.Git.Reading;
using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.History;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Diffs;

/// <inheritdoc cref="IDiffReader"/>
internal sealed class DiffReader(IRevisions revisions, ReaderPool readers, IOptions<DiffLimits> limits, IOptions<HistoryOptions> history) : IDiffReader
{
    public async Task<Outcome<OpenDiff>> OpenCommitAsync(
        RepositoryId repository, string revision, int parent, DiffSettings settings, CancellationToken cancellationToken)
    {
        var commit = await FindAsync(repository, revision, cancellationToken);
        if (commit.Value is not { } found) return commit.Refusal!;
        var sides = await readers.ReadAsync(ReadKind.Diff, repository, (handle, _) => SidesOf(handle, found.Id, parent), cancellationToken);
        return sides is null
            ? new Refusal(RefusalKind.InvalidArgument, $"{found.Id} has no parent number {parent}.")
            : await OpenAsync(repository, sides, settings, cancellationToken);
    }

    public async Task<Outcome<OpenDiff>> OpenComparisonAsync(
        RepositoryId repository, string @base, string head, bool isDirect, DiffSettings settings, CancellationToken cancellationToken)
    {
        var one = await FindAsync(repository, @base, cancellationToken);
        if (one.Value is not { } from) return one.Refusal!;
        var other = await FindAsync(repository, head, cancellationToken);
        if (other.Value is not { } to) return other.Refusal!;
        var related = await readers.ReadAsync(ReadKind.Diff, repository, (handle, token) => Relate(handle, from.Id, to.Id, token), cancellationToken);
        if (related.Value is not { } divergence) return related.Refusal!;
        if (!isDirect && divergence.MergeBase is null)
        {
            return new Refusal(
                RefusalKind.FailedPrecondition, "The two have no common ancestor, so that there is nothing to compare with; compare them directly.");
        }

        return await OpenAsync(repository, new Sides(isDirect ? from.Id : divergence.MergeBase, to.Id, divergence), settings, cancellationToken);
    }

    private static Sides? SidesOf(ReadHandle handle, ObjectId commit, int parent)
    {
        var parents = CommitLinks.ParentsOf(handle.Objects, commit);
        if (parent > parents.Count) return null;
        return new Sides(parents.Count == 0 ? null : parents[Math.Max(parent, 1) - 1], commit, null);
    }

    private Outcome<Divergence> Relate(ReadHandle handle, ObjectId @base, ObjectId head, CancellationToken cancellationToken)
    {
        var limit = history.Value.MaxVisited;
        using var nodes = new CommitNodes(handle, limit);
        try
        {
            var bases = Ancestry.MergeBases(nodes, @base, head, cancellationToken);
            if (Ancestry.CountApart(nodes, head, @base, limit, cancellationToken) is not { } apart) throw new HistoryTooLongException(limit);
            return new Divergence(@base, bases.Count == 0 ? null : bases[0], apart.Ahead, apart.Behind);
        }
        catch (HistoryTooLongException fault)
        {
            return new Refusal(RefusalKind.ResourceExhausted, fault.Message);
        }
    }

    private async Task<Outcome<Revision>> FindAsync(RepositoryId repository, string revision, CancellationToken cancellationToken)
    {
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } named) return resolved.Refusal!;
        var commit = await readers.ReadAsync(
            ReadKind.Diff, repository, (handle, _) => handle.Peel(named.Id, ObjectKind.Commit) is { } id ? named with { Id = id } : null, cancellationToken);
        return commit is null ? CommitReader.NoCommit(revision) : commit;
    }

    private async Task<Outcome<OpenDiff>> OpenAsync(RepositoryId repository, Sides sides, DiffSettings settings, CancellationToken cancellationToken)
    {
        var parts = readers.StreamAsync(ReadKind.Diff, repository, (handle, token) => Run(handle.Objects, sides, settings, token), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        try
        {
            // The summary comes first, and all that makes a diff impossible comes before it.
            await parts.MoveNextAsync();
            return new OpenDiff((DiffSummary)parts.Current, parts);
        }
        catch (Exception e)
        {
            await parts.DisposeAsync();
            if (e is not DiffTooLargeException) throw;
            return new Refusal(RefusalKind.ResourceExhausted, $"This cannot be compared, because {e.Message}.");
        }
    }

    private IEnumerable<DiffPart> Run(ObjectSource objects, Sides sides, DiffSettings settings, CancellationToken cancellationToken)
    {
        var oldTree = sides.Old is { } old ? CommitLinks.TreeOf(objects, old) : (ObjectId?)null;
        var summary = new DiffSummary(sides.Old, sides.New, sides.Divergence, 0, 0, 0, 0, false, false);
        return new DiffRun(objects, settings, limits.Value).Run(oldTree, CommitLinks.TreeOf(objects, sides.New), summary, cancellationToken);
    }

    private sealed record Sides(ObjectId? Old, ObjectId New, Divergence? Divergence);
}
