using Granary.Git.Reading;
using Granary.Git.Reading.Contributors;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.History;
using Granary.Grains.Git.Reading.History.Graph;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Trees;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Contributors;

/// <inheritdoc cref="IContributorReader"/>
internal sealed class ContributorReader(IRevisions revisions, ReaderPool readers, ContributorCache cache, IOptions<ContributorOptions> options) : IContributorReader
{
    private readonly ContributorOptions _options = options.Value;

    public async Task<Outcome<ContributorList>> ReadAsync(RepositoryId repository, string revision, CancellationToken cancellationToken)
    {
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } named) return resolved.Refusal!;
        var peeled = await readers.ReadAsync(ReadKind.History, repository, (handle, _) => handle.Peel(named.Id, ObjectKind.Commit), cancellationToken);
        if (peeled is not { } commit) return CommitReader.NoCommit(revision);
        if (cache.Find(repository, commit) is { } known) return known;
        ContributorList? found = null;
        await foreach (var turn in readers.StreamAsync(ReadKind.History, repository, (handle, token) => Run(handle, commit, token), cancellationToken)) found = turn ?? found;
        cache.Add(repository, found!);
        return found!;
    }

    /// <returns>Nothing at each commit, where others may have their turn; the list at the end.</returns>
    private IEnumerable<ContributorList?> Run(ReadHandle handle, ObjectId tip, CancellationToken cancellationToken)
    {
        using var nodes = new CommitNodes(handle, int.MaxValue);
        var authors = new AuthorCount(_options.MaxAuthors);
        var (count, isIncomplete) = (0, false);
        foreach (var node in new HistoryWalk(nodes, new WalkRange([tip], []), false, null, null).Run(cancellationToken))
        {
            if (isIncomplete = count == _options.MaxCommits) break;
            using (var raw = handle.Read(node.Id, ObjectKind.Commit)) authors.Add(raw.Data);
            count++;
            yield return null;
        }

        var people = authors.Finish(MailmapOf(handle, tip));
        yield return new ContributorList(tip, people, people.Sum(static person => person.CommitCount), isIncomplete || authors.IsLimited);
    }

    private Mailmap MailmapOf(ReadHandle handle, ObjectId commit)
    {
        if (TreePath.Find(handle, CommitLinks.TreeOf(handle.Objects, commit), ".mailmap"u8) is not { Kind: TreeEntryKind.File } file
            || handle.Objects.ReadHeader(file.Id).Size > _options.MaxMailmapSize)
        {
            return Mailmap.Empty;
        }

        using var raw = handle.Objects.Read(file.Id);
        return Mailmap.Parse(raw.Data);
    }
}
