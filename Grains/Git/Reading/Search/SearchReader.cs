using System.Runtime.CompilerServices;
using Granary.Git.Reading;
using Granary.Git.Reading.Search;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Search.Patterns;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Search;

/// <inheritdoc cref="ISearchReader"/>
internal sealed class SearchReader(
    IRevisions revisions, ReaderPool readers, BlobMemory memory, IOptions<SearchLimits> limits, IOptions<ReadingOptions> options, TimeProvider time)
    : ISearchReader
{
    public async Task<Outcome<OpenSearch>> OpenAsync(
        RepositoryId repository, string revision, SearchQuery query, CancellationToken cancellationToken)
    {
        var parsed = LinePattern.Parse(query, limits.Value.MaxPatternLength);
        if (parsed.Value is not { } pattern) return parsed.Refusal!;
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } found) return resolved.Refusal!;
        var located = await readers.ReadAsync(
            ReadKind.Search, repository, (handle, _) => Find(handle, found.Id, revision, query.Path), cancellationToken);
        if (located.Value is not { } place) return located.Refusal!;
        return new OpenSearch(place.Commit, SearchAsync(repository, place.Start, query, pattern, cancellationToken));
    }

    private static Outcome<Place> Find(ReadHandle handle, ObjectId id, string revision, GitPath path)
    {
        var commit = handle.Peel(id, ObjectKind.Commit);
        if (handle.Peel(commit ?? id, ObjectKind.Tree) is not { } root) return new Refusal(RefusalKind.NotFound, $"'{revision}' names no commit.");
        if (TreePath.Find(handle, root, path.Bytes.Span) is not { } start)
            return new Refusal(RefusalKind.NotFound, $"There is no '{path.Text}' in '{revision}'.");
        return new Place(commit, start);
    }

    private async IAsyncEnumerable<SearchPart> SearchAsync(
        RepositoryId repository, FoundEntry start, SearchQuery query, LinePattern pattern, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = readers.StreamAsync(
            ReadKind.Search,
            repository,
            (handle, token) => new SearchRun(handle, query, pattern, limits.Value, options.Value.MaxTreeEntries, memory, time).Run(start, token),
            cancellationToken);
        await foreach (var part in parts)
        {
            if (part is not null) yield return part;
        }
    }

    private sealed record Place(ObjectId? Commit, FoundEntry Start);
}
