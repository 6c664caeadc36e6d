using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests;

internal sealed class FakeRefCache(RefSnapshot refs) : IRefCache
{
    public Exception? Fault { get; set; }

    public ValueTask<RefSnapshot> GetAsync(RepositoryId repository, CancellationToken cancellationToken) =>
        Fault is null ? new ValueTask<RefSnapshot>(refs) : ValueTask.FromException<RefSnapshot>(Fault);
}
