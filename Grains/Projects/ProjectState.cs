using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Projects;

[GenerateSerializer, Immutable, Alias("granary.state.Project")]
internal sealed record ProjectState
{
    /// <summary>As typed; null when there is no such project.</summary>
    [Id(0)]
    public ProjectKey? Key { get; init; }

    [Id(1)]
    public string DisplayName { get; init; } = "";

    [Id(2)]
    public bool IsPublic { get; init; }

    [Id(3)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>One a name; whose user id is no longer the name's has no part in it any more.</summary>
    [Id(4)]
    public IReadOnlyList<ProjectMember> Members { get; init; } = [];

    public bool Exists => Key is not null;

    public ProjectInfo ToInfo() => new(Key!.Value, DisplayName, IsPublic, CreatedAt);
}

/// <summary>
/// Whom a folded name leads to. Of the entries of one repository the one with the highest revision is its present name and
/// the others redirect, so that a rename is one write.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.state.RepositoryNameEntry")]
internal sealed record RepositoryNameEntry
{
    /// <summary>As typed.</summary>
    [Id(0)]
    public RepositoryName Name { get; init; }

    /// <summary>Null when there is only a creation that was begun.</summary>
    [Id(1)]
    public RepositoryId? Id { get; init; }

    [Id(2)]
    public int Revision { get; init; }

    /// <summary>A repository being made under this name: a crash left it, the next try ends it.</summary>
    [Id(3)]
    public RepositoryId? Creating { get; init; }

    /// <summary>The name before, as long as those whom renamings concern were not told; written with the renaming, so that a crash loses nothing.</summary>
    [Id(4)]
    public RepositoryName? RenamedFrom { get; init; }
}

/// <summary>A deleted repository that can be restored; while it is here, its names lead nowhere and are free.</summary>
[GenerateSerializer, Immutable, Alias("granary.state.DeletedRepository")]
internal sealed record DeletedRepository(
    [property: Id(0)] RepositoryId Id,
    [property: Id(1)] RepositoryName Name,
    [property: Id(2)] int Revision,
    [property: Id(3)] DateTimeOffset DeletedAt);
