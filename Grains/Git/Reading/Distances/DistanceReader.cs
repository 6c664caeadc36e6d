using Granary.Git.Reading;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.History;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Distances;

/// <inheritdoc cref="IDistanceReader"/>
internal sealed class DistanceReader(ReaderPool readers, IOptions<DistanceOptions> options, IOptions<HistoryOptions> history, TimeProvider time)
    : IDistanceReader
{
    private readonly DistanceOptions _options = options.Value;

    // By repository as well: where a history was cut off or is damaged, the same commits are not equally far apart.
    private readonly TwoGenerations<(RepositoryId, ObjectId, ObjectId), Distance> _known = new(options.Value.Cached);

    public async Task<IReadOnlyDictionary<ObjectId, Distance>> ReadAsync(
        RepositoryId repository, ObjectId from, IReadOnlyCollection<ObjectId> commits, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ObjectId, Distance>(commits.Count);
        var unknown = new HashSet<ObjectId>();
        foreach (var commit in commits)
        {
            if (_known.TryGet((repository, commit, from), out var distance)) found[commit] = distance;
            else unknown.Add(commit);
        }

        if (unknown.Count > 0) await CountAsync(repository, from, unknown, found, cancellationToken);
        return found;
    }

    private async Task CountAsync(
        RepositoryId repository, ObjectId from, HashSet<ObjectId> commits, Dictionary<ObjectId, Distance> found, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(_options.CountingTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough.Token);
        try
        {
            await foreach (var (commit, distance) in readers.StreamAsync(
                ReadKind.History, repository, (handle, token) => Count(handle, from, commits, token), end.Token))
            {
                _known.Add((repository, commit, from), distance);
                found[commit] = distance;
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What was counted is shown, and stays: the next call goes on from there.
        }
    }

    private IEnumerable<(ObjectId Commit, Distance Distance)> Count(
        ReadHandle handle, ObjectId from, IEnumerable<ObjectId> commits, CancellationToken cancellationToken)
    {
        // What was loaded for one pair serves for the next.
        using var nodes = new CommitNodes(handle, history.Value.MaxVisited);
        foreach (var commit in commits)
        {
            if (TryCount(nodes, commit, from, cancellationToken) is { } distance) yield return (commit, distance);
        }
    }

    /// <summary>A history that cannot be read is one that cannot be counted.</summary>
    private Distance? TryCount(CommitNodes nodes, ObjectId commit, ObjectId from, CancellationToken cancellationToken)
    {
        try
        {
            return Ancestry.CountApart(nodes, commit, from, _options.MaxWalk, cancellationToken);
        }
        catch (Exception fault) when (fault is MissingObjectException or InvalidDataException or BeyondBudgetException or HistoryTooLongException)
        {
            return null;
        }
    }
}
