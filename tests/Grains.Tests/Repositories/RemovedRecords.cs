using System.Collections.Concurrent;
using Granary.Grains.Repositories;
using Granary.Repositories;

namespace Granary.Grains.Tests.Repositories;

/// <summary>Stands for what is kept of repositories elsewhere: of which it was told that they are gone.</summary>
internal sealed class RemovedRecords : IRepositoryRecords
{
    private readonly ConcurrentDictionary<RepositoryId, int> _times = new();
    private int _failures;

    /// <summary>The next so many calls fail, as those of a store that is not there.</summary>
    public void Fail(int times) => _failures = times;

    public int TimesOf(RepositoryId repository) => _times.GetValueOrDefault(repository);

    public Task RemoveAsync(RepositoryId repository, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _failures) >= 0) throw new IOException("the store is not there");
        _times.AddOrUpdate(repository, 1, static (_, n) => n + 1);
        return Task.CompletedTask;
    }
}
