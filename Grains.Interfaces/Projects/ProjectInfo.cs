using Granary.Accounts;
using Granary.Repositories;

namespace Granary.Projects;

/// <summary>What a member may do: view, push, or administer the project.</summary>
public enum ProjectRole
{
    None = 0,
    Viewer = 1,
    Member = 2,
    Admin = 3,
}

/// <summary>A project as lists and pages show it. <paramref name="IsPublic"/>: anybody may read.</summary>
[GenerateSerializer, Immutable, Alias("granary.ProjectInfo")]
public sealed record ProjectInfo(
    [property: Id(0)] ProjectKey Key,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] bool IsPublic,
    [property: Id(3)] DateTimeOffset CreatedAt);

[GenerateSerializer, Immutable, Alias("granary.NewProject")]
public sealed record NewProject(
    [property: Id(0)] ProjectKey Key,
    [property: Id(1)] string DisplayName = "",
    [property: Id(2)] bool IsPublic = false);

/// <summary>Changes of a project; null leaves as it is.</summary>
[GenerateSerializer, Immutable, Alias("granary.ProjectChanges")]
public sealed record ProjectChanges([property: Id(0)] string? DisplayName = null, [property: Id(1)] bool? IsPublic = null);

[GenerateSerializer, Immutable, Alias("granary.ProjectMember")]
public sealed record ProjectMember([property: Id(0)] UserName User, [property: Id(1)] Guid UserId, [property: Id(2)] ProjectRole Role);

/// <summary>What a caller may do with a repository, its login's scope taken into account.</summary>
public enum AccessLevel
{
    None = 0,
    Read = 1,
    Write = 2,
    Admin = 3,
}

/// <summary>A repository found by name, and what the caller may do with it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Project">The project's key as typed.</param>
/// <param name="Name">Its present name: another than was asked for after a rename.</param>
/// <param name="Level">At least <see cref="AccessLevel.Read"/>.</param>
/// <param name="IsPublic">Whether anybody may read it.</param>
/// <param name="MayManage">Whether the caller may change its settings: an administrator of the project, with a login that may write.</param>
[GenerateSerializer, Immutable, Alias("granary.RepositoryAccess")]
public sealed record RepositoryAccess(
    [property: Id(0)] RepositoryId Id,
    [property: Id(1)] ProjectKey Project,
    [property: Id(2)] RepositoryName Name,
    [property: Id(3)] AccessLevel Level,
    [property: Id(4)] bool IsPublic,
    [property: Id(5)] bool MayManage);
