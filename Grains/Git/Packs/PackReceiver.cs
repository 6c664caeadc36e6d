using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Grains.Repositories.Policy;
using Granary.Repositories;
using Granary.Repositories.Policy;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Opens quarantines for pushes on this silo, a bounded number at a time.</summary>
internal sealed class PackReceiver(
    GitCommand git, ProcessLimiter limiter, RepositoryLayout layout, IOptions<GitOptions> options,
    IOptions<RepositoryPolicyOptions> policyOptions, TimeProvider time) : IPackReceiver
{
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(10);

    private int _open;

    public IQuarantine Open(RepositoryId repository, Guid pushId, RepositoryPolicy? policy = null)
    {
        if (Interlocked.Increment(ref _open) > options.Value.MaxPushes)
        {
            Interlocked.Decrement(ref _open);
            throw new GitBusyException(Crowded);
        }

        return new Quarantine(
            git, layout.Of(repository), pushId, options.Value, time,
            cancellationToken => limiter.EnterAsync(repository, cancellationToken), policy,
            policyOptions.Value.MaxCheckedCommits, () => Interlocked.Decrement(ref _open));
    }
}
