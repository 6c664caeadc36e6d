using Granary.Git;
using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Git.Processes;
using Granary.Grains.Posix;
using Granary.Grains.Repositories.Policy;
using Granary.Repositories;
using Granary.Repositories.Policy;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Opens quarantines for pushes on this silo, a bounded number at a time.</summary>
internal sealed class PackReceiver(
    GitCommand git, ProcessLimiter limiter, RepositoryLayout layout, HousekeepingSchedule housekeeping, BlockingWork files,
    IOptions<GitOptions> options, IOptions<RepositoryPolicyOptions> policyOptions, TimeProvider time) : IPackReceiver
{
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(10);

    private int _open;

    private IReadOnlyList<string> FsckIgnoreOfPushes =>
        options.Value.FsckIgnore.Count > 0 ? [.. options.Value.FsckIgnore] : GitOptions.DefaultFsckIgnore;

    public IQuarantine Open(
        RepositoryId repository, Guid pushId, Requester requester, RepositoryPolicy? policy = null, IReadOnlyList<string>? fsckIgnore = null)
    {
        if (Interlocked.Increment(ref _open) > options.Value.MaxPushes)
        {
            Interlocked.Decrement(ref _open);
            ProcessInstruments.Refused(GitWork.Push, ProcessInstruments.Crowded);
            throw new GitBusyException(Crowded);
        }

        return new Quarantine(
            git, layout.Of(repository), pushId, files, options.Value, time,
            async cancellationToken => await limiter.EnterAsync(repository, requester, GitWork.Push, cancellationToken).ConfigureAwait(false), policy,
            policyOptions.Value.MaxCheckedCommits, fsckIgnore ?? FsckIgnoreOfPushes, Closed);

        void Closed(long bytes)
        {
            Interlocked.Decrement(ref _open);
            if (bytes > 0) housekeeping.PackReceived(repository, bytes);
        }
    }
}
