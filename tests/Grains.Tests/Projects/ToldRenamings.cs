using System.Collections.Concurrent;
using Granary.Grains.Projects;
using Granary.Repositories;

namespace Granary.Grains.Tests.Projects;

/// <summary>Stands for whom renamings concern; it can be out of order for a repository.</summary>
internal sealed class ToldRenamings : IRenamingObserver
{
    private readonly ConcurrentDictionary<RepositoryId, bool> _failing = new();
    private readonly ConcurrentQueue<RepositoryRenaming> _told = new();

    public void Fail(RepositoryId repository, bool fails) => _failing[repository] = fails;

    public IReadOnlyList<RepositoryRenaming> Of(RepositoryId repository) => [.. _told.Where(r => r.Repository == repository)];

    public Task TellAsync(RepositoryRenaming renaming, CancellationToken cancellationToken)
    {
        if (_failing.GetValueOrDefault(renaming.Repository)) throw new IOException("the store is not there");
        _told.Enqueue(renaming);
        return Task.CompletedTask;
    }
}
