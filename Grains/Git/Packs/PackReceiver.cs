using Granary.Git;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs;

/// <summary>Opens quarantines for pushes on this silo.</summary>
internal sealed class PackReceiver(
    GitCommand git, ProcessLimiter limiter, RepositoryLayout layout, IOptions<GitOptions> options, TimeProvider time) : IPackReceiver
{
    public ValueTask<IDisposable> EnterAsync(RepositoryId repository, CancellationToken cancellationToken) =>
        limiter.EnterAsync(repository, cancellationToken);

    public IQuarantine Open(RepositoryId repository, Guid pushId) => new Quarantine(git, layout.Of(repository), pushId, options.Value, time);
}
