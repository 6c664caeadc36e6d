using Granary.Git.Reading;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Commits;

/// <inheritdoc cref="ICommitReader"/>
internal sealed class CommitReader(IRevisions revisions, ReaderPool readers) : ICommitReader
{
    public async Task<Outcome<Commit>> GetAsync(RepositoryId repository, string revision, CancellationToken cancellationToken)
    {
        var resolved = await revisions.ResolveAsync(repository, revision, cancellationToken);
        if (resolved.Value is not { } found) return resolved.Refusal!;
        var commit = await readers.ReadAsync(ReadKind.Commit, repository, (handle, _) => Read(handle, found.Id), cancellationToken);
        return commit is null ? NoCommit(revision) : commit;
    }

    internal static Refusal NoCommit(string revision) => new(RefusalKind.NotFound, $"'{revision}' names no commit.");

    private static Commit? Read(ReadHandle handle, ObjectId id)
    {
        if (handle.Peel(id, ObjectKind.Commit) is not { } commit) return null;
        using var raw = handle.Read(commit, ObjectKind.Commit);
        return CommitParser.Parse(commit, raw.Data);
    }
}
