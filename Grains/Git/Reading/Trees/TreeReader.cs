using Granary.Git.Reading;
using Granary.Git.Reading.Trees;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Text;
using Granary.Grains.Git.Reading.Trees.LastCommits;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Trees;

/// <inheritdoc cref="ITreeReader"/>
internal sealed class TreeReader(
    IRevisions revisions, ReaderPool readers, IBlobReader blobs, LastCommitCache lastCommits, IOptions<ReadingOptions> options) : ITreeReader
{
    private const int MaxReadme = 1 << 20;

    public async Task<Outcome<TreePlace>> OpenAsync(RepositoryId repository, string revision, GitPath path, CancellationToken cancellationToken)
    {
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } found) return resolved.Refusal!;
        return await readers.ReadAsync(ReadKind.Tree, repository, (handle, _) => Find(handle, found.Id, revision, path), cancellationToken);
    }

    public IAsyncEnumerable<TreePiece> ListAsync(
        RepositoryId repository, TreePlace place, TreeSelection selection, CancellationToken cancellationToken) =>
        readers.StreamAsync(
            ReadKind.Tree, repository, (handle, token) => new TreeListing(handle, selection, options.Value.MaxTreeEntries).List(place, token), cancellationToken);

    public IAsyncEnumerable<IReadOnlyList<LastCommit>> ListLastCommitsAsync(
        RepositoryId repository, ObjectId commit, GitPath path, CancellationToken cancellationToken) =>
        readers.StreamAsync(
            ReadKind.History,
            repository,
            (handle, token) => new LastCommitWalk(handle, lastCommits, path, options.Value.LastCommitWalk).Run(commit, token),
            cancellationToken);

    public async Task<Outcome<Readme>> ReadReadmeAsync(
        RepositoryId repository, string revision, GitPath path, CancellationToken cancellationToken)
    {
        var opened = await OpenAsync(repository, revision, path, cancellationToken);
        if (opened.Value is not { } place) return opened.Refusal!;
        var entry = await readers.ReadAsync(ReadKind.Tree, repository, (handle, _) => FindReadme(handle, place), cancellationToken);
        if (entry is null) return new Refusal(RefusalKind.NotFound, "The folder has no README.");
        var found = await blobs.OpenAsync(repository, entry.Id, cancellationToken);
        if (found.Value is not { } blob) return found.Refusal!;
        using (blob)
        {
            var isCut = blob.Info.Size > MaxReadme;
            var text = blob.Info.IsBinary ? "" : CommitEncoding.Decode(CommitEncoding.Find(System.Text.Encoding.ASCII.GetBytes(blob.Info.Encoding ?? "")), isCut ? blob.Bytes[..MaxReadme] : blob.Bytes);
            return new Readme(entry.Path, blob.Info with { Mode = entry.Mode }, text.TrimStart('\uFEFF'), isCut);
        }
    }

    private static Outcome<TreePlace> Find(ReadHandle handle, ObjectId id, string revision, GitPath path)
    {
        var commit = handle.Peel(id, ObjectKind.Commit);
        if (handle.Peel(commit ?? id, ObjectKind.Tree) is not { } root) return new Refusal(RefusalKind.NotFound, $"'{revision}' names no commit.");
        if (TreePath.Find(handle, root, path.Bytes.Span) is not { } entry)
            return new Refusal(RefusalKind.NotFound, $"There is no '{path.Text}' in '{revision}'.");
        return entry.Kind == TreeEntryKind.Tree
            ? new TreePlace(commit, entry.Id, path)
            : new Refusal(RefusalKind.FailedPrecondition, $"'{path.Text}' is no folder.");
    }

    private static TreeEntry? FindReadme(ReadHandle handle, TreePlace place)
    {
        using var raw = handle.Read(place.Tree, ObjectKind.Tree);
        var entries = new TreeCursor(raw.Data.ToArray());
        var best = new ReadmeName();
        TreeEntry? found = null;
        while (entries.MoveNext())
        {
            if (TreePath.KindOf(entries.Mode) != TreeEntryKind.File || !best.Improve(entries.Name)) continue;
            found = new TreeEntry(place.Path.Below(entries.Name), entries.Mode, TreeEntryKind.File, entries.Id, 0);
        }

        return found;
    }
}
