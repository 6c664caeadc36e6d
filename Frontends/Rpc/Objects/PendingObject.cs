using Granary.Git.Reading;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>An object that is being read.</summary>
/// <param name="index">Of its query.</param>
/// <param name="repository">Where it is.</param>
/// <param name="read">The read.</param>
internal sealed class PendingObject(long index, RepositoryId repository, Task<Outcome<ObjectContent>> read) : IAsyncDisposable
{
    public long Index { get; } = index;

    public RepositoryId Repository { get; } = repository;

    public Task<Outcome<ObjectContent>> Read { get; } = read;

    /// <summary>Gives its memory back; whether the read failed does not matter any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await ((Task)Read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Read.IsCompletedSuccessfully) (await Read).Value?.Dispose();
    }
}
