using System.Runtime.CompilerServices;
using Granary.Git.Reading;
using Granary.Git.Reading.History;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.History;

/// <inheritdoc cref="IHistoryReader"/>
internal sealed class HistoryReader(IRevisions revisions, ReaderPool readers, IOptions<HistoryOptions> options, IOptions<DiffLimits> limits) : IHistoryReader
{
    private readonly HistoryOptions _options = options.Value;

    public async IAsyncEnumerable<Outcome<HistorySlice>> ListAsync(
        RepositoryId repository, HistoryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begin = await BeginAsync(repository, query, cancellationToken);
        if (begin.Value is not { } position)
        {
            yield return begin.Refusal!;
            yield break;
        }

        var page = new HistoryPage(query, position, _options, limits.Value);
        var slices = readers.StreamAsync(ReadKind.History, repository, (handle, token) => Guard(page.Run(handle, token)), cancellationToken);
        await foreach (var slice in slices) yield return slice;
    }

    public async Task<Outcome<MergeBases>> GetMergeBasesAsync(
        RepositoryId repository, string one, string other, CancellationToken cancellationToken)
    {
        var ends = await FindAsync(repository, [one, other], cancellationToken);
        if (ends.Value is not { } ids) return ends.Refusal!;
        return await readers.ReadAsync<Outcome<MergeBases>>(
            ReadKind.History,
            repository,
            (handle, token) =>
            {
                using var nodes = new CommitNodes(handle, _options.MaxVisited);
                try
                {
                    return new MergeBases(Ancestry.MergeBases(nodes, ids[0], ids[1], token));
                }
                catch (HistoryTooLongException fault)
                {
                    return new Refusal(RefusalKind.ResourceExhausted, fault.Message);
                }
            },
            cancellationToken);
    }

    /// <summary>Where the page begins: at what the revision names, or where the page before ended.</summary>
    private async Task<Outcome<HistoryPosition>> BeginAsync(RepositoryId repository, HistoryQuery query, CancellationToken cancellationToken)
    {
        if (query.After is { } after)
        {
            if (HistoryPosition.TryDecode(after, query) is not { } position)
                return new Refusal(RefusalKind.InvalidArgument, "This page token belongs to another list; begin again with an empty one.");
            var known = await FindAsync(repository, [.. position.Ends.Select(static end => end.ToString())], cancellationToken);
            return known.Refusal is { } refusal ? refusal : position;
        }

        var range = HistoryRange.Parse(query.Revision);
        var ends = await FindAsync(repository, range.EndCount == 1 ? [range.First] : [range.First, range.Second], cancellationToken);
        return ends.Value is { } ids ? new HistoryPosition(ids, 0, null) : ends.Refusal!;
    }

    private async Task<Outcome<ObjectId[]>> FindAsync(RepositoryId repository, string[] names, CancellationToken cancellationToken)
    {
        var ids = new ObjectId[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var resolved = await revisions.ResolveAsync(repository, names[i], cancellationToken);
            if (resolved.Value is not { } found) return resolved.Refusal!;
            ids[i] = found.Id;
        }

        var peeled = await readers.ReadAsync(
            ReadKind.Revision, repository, (handle, _) => ids.Select(id => handle.Peel(id, ObjectKind.Commit)).ToArray(), cancellationToken);
        var missing = Array.IndexOf(peeled, null);
        return missing >= 0 ? CommitReader.NoCommit(names[missing]) : peeled.Select(static id => id!.Value).ToArray();
    }

    /// <summary>A walk that is too long ends in a refusal.</summary>
    private static IEnumerable<Outcome<HistorySlice>> Guard(IEnumerable<Outcome<HistorySlice>> slices)
    {
        using var all = slices.GetEnumerator();
        while (true)
        {
            Refusal? refusal = null;
            try
            {
                if (!all.MoveNext()) yield break;
            }
            catch (Exception fault) when (fault is HistoryTooLongException or DiffTooLargeException)
            {
                refusal = new Refusal(RefusalKind.ResourceExhausted, fault.Message);
            }

            if (refusal is not null)
            {
                yield return refusal;
                yield break;
            }

            yield return all.Current;
        }
    }
}
