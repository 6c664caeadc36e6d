using Granary.Git;
using Granary.Git.Committing;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Committing;

/// <summary>Begins commits, a bounded number at a time. Files and objects are worked on by the threads for blocking work.</summary>
internal sealed class CommitDrafts(
    RepositoryLayout layout, BlockingWork threads, IOptions<CommitDraftOptions> options) : ICommitDrafts
{
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(10);

    private int _open;

    public async Task<ICommitDraft?> BeginAsync(RepositoryId repository, ObjectId? parent, long maxFileSize, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _open) > options.Value.MaxConcurrent)
        {
            Interlocked.Decrement(ref _open);
            throw new GitBusyException(Crowded);
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var paths = layout.Of(repository);
            return await threads.RunAsync(() => Open(paths, parent, maxFileSize)).ConfigureAwait(false);
        }
        catch (MissingObjectException missing) when (missing.Id == parent)
        {
            Interlocked.Decrement(ref _open);
            return null;
        }
        catch
        {
            Interlocked.Decrement(ref _open);
            throw;
        }
    }

    private CommitDraft Open(RepositoryPaths paths, ObjectId? parent, long maxFileSize)
    {
        var objects = new ObjectSource(paths.Objects);
        try
        {
            var root = parent is { } commit ? CommitLinks.TreeOf(objects, commit) : (ObjectId?)null;
            var files = new DraftFiles(paths.Quarantines);
            return new CommitDraft(objects, files, parent, root, maxFileSize, options.Value, threads, () => Interlocked.Decrement(ref _open));
        }
        catch
        {
            objects.Dispose();
            throw;
        }
    }
}
