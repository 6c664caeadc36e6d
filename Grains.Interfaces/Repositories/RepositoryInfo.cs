using Granary.Projects;

namespace Granary.Repositories;

/// <summary>What a repository is, as lists and pages show it.</summary>
/// <param name="Id">Its lasting identity.</param>
/// <param name="Project">The project it belongs to.</param>
/// <param name="Name">Its present name.</param>
/// <param name="Description">Free text, at most <see cref="MaxDescriptionLength"/> characters.</param>
/// <param name="DefaultBranch">The short name of the branch that HEAD names.</param>
/// <param name="IsArchived">Read-only when true.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="DeletedAt">When it was deleted; it can be restored for some days.</param>
[GenerateSerializer, Immutable, Alias("granary.RepositoryInfo")]
public sealed record RepositoryInfo(
    [property: Id(0)] RepositoryId Id,
    [property: Id(1)] ProjectKey Project,
    [property: Id(2)] RepositoryName Name,
    [property: Id(3)] string Description,
    [property: Id(4)] string DefaultBranch,
    [property: Id(5)] bool IsArchived,
    [property: Id(6)] DateTimeOffset CreatedAt,
    [property: Id(7)] DateTimeOffset? DeletedAt)
{
    public const int MaxDescriptionLength = 2000;
}

/// <summary>A repository to be made. The default branch is <c>main</c>, or the first branch pushed, unless it is named here.</summary>
[GenerateSerializer, Immutable, Alias("granary.NewRepository")]
public sealed record NewRepository(
    [property: Id(0)] RepositoryName Name,
    [property: Id(1)] string Description = "",
    [property: Id(2)] string? DefaultBranch = null);

/// <summary>Changes of settings; null leaves a setting as it is. <paramref name="DefaultBranch"/> is a short name.</summary>
[GenerateSerializer, Immutable, Alias("granary.RepositoryChanges")]
public sealed record RepositoryChanges(
    [property: Id(0)] string? Description = null,
    [property: Id(1)] bool? IsArchived = null,
    [property: Id(2)] string? DefaultBranch = null);
