using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Repositories;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>Whether the caller of a call that lasts may still read the repository: asked anew when the last answer is some time old.</summary>
internal sealed class ObjectAccess(RepositoryResolver repositories, CurrentCaller current, TimeProvider time)
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(10);

    private RepositoryId? _repository;
    private long _checkedAt;

    public async Task<RepositoryId> CheckAsync(ReadObjectsHeader header, CancellationToken cancellationToken)
    {
        if (_repository is { } known && time.GetElapsedTime(_checkedAt) < Validity) return known;
        if (_repository is not null) await current.LogInAgainAsync();
        var access = await repositories.ResolveAsync(header.Project, header.Repository, cancellationToken);
        if (_repository is { } before && before != access.Id) throw RepositoryResolver.NotFound(header.Project, header.Repository);
        _checkedAt = time.GetTimestamp();
        _repository = access.Id;
        return access.Id;
    }
}
