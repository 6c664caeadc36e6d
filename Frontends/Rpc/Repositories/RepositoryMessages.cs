using Google.Protobuf.WellKnownTypes;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>Repositories as the API shows them.</summary>
internal static class RepositoryMessages
{
    public static Repository From(RepositoryInfo repository) => new()
    {
        RepositoryId = repository.Id.ToString(),
        Project = repository.Project.Value,
        Name = repository.Name.Value,
        Description = repository.Description,
        DefaultBranch = repository.DefaultBranch,
        Archived = repository.IsArchived,
        CreatedAt = Timestamp.FromDateTimeOffset(repository.CreatedAt),
        DeletedAt = repository.DeletedAt is { } deleted ? Timestamp.FromDateTimeOffset(deleted) : null,
    };
}
