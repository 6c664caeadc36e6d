using Google.Protobuf.WellKnownTypes;
using Granary.Projects;
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

    public static DeployKey From(DeployKeyInfo key) => new()
    {
        Fingerprint = key.Key.Fingerprint,
        Algorithm = key.Key.Algorithm,
        Title = key.Title,
        PublicKey = $"{key.Key.Algorithm} {Convert.ToBase64String(key.Key.Blob)} {key.Key.Comment}".TrimEnd(),
        CanWrite = key.MayWrite,
        CreatedAt = Timestamp.FromDateTimeOffset(key.CreatedAt),
        AddedBy = key.AddedBy?.Value ?? "",
    };
}
