using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git.Committing;

/// <summary>The silo's way to make a commit out of changes of files, without a working tree.</summary>
public interface ICommitDrafts
{
    /// <summary>Begins a commit on top of another one; disposing the draft leaves nothing behind.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="parent">The commit to change; null: the first commit of a branch.</param>
    /// <param name="maxFileSize">The most bytes of one file.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <returns>Null: there is no such commit.</returns>
    /// <exception cref="GitBusyException">Too many commits are being made.</exception>
    Task<ICommitDraft?> BeginAsync(RepositoryId repository, ObjectId? parent, long maxFileSize, CancellationToken cancellationToken);
}

/// <summary>A commit in the making: changes are applied one after the other, each to what those before it left.</summary>
public interface ICommitDraft : IAsyncDisposable
{
    /// <summary>Applies a change. Its content goes to a file as it comes, not to memory.</summary>
    /// <returns>Refused: the change does not fit the files that are there, or a limit was reached. The draft is of no use then.</returns>
    Task<Outcome> ApplyAsync(FileEdit edit, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken);

    /// <summary>Ends the changes and makes the commit.</summary>
    /// <returns>Refused: nothing was changed, and that was not asked for.</returns>
    Task<Outcome<DraftedCommit>> CompleteAsync(CommitText text, bool allowEmpty, CancellationToken cancellationToken);

    /// <summary>All new objects in one pack: after <see cref="CompleteAsync"/>, once.</summary>
    PipeReader OpenPack();
}

/// <summary>A commit that nothing refers to yet.</summary>
public sealed record DraftedCommit(ObjectId Id, ObjectId Tree);

/// <summary>What a commit says beside its files.</summary>
public sealed record CommitText(string Message, CommitSignature Author, CommitSignature Committer);

/// <summary>Who made a commit, and when, with the offset of the clock there.</summary>
public sealed record CommitSignature(string Name, string Email, DateTimeOffset Time);
