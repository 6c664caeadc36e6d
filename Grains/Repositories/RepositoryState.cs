using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories;

/// <summary>The settings of a repository in storage; its refs are on the volume.</summary>
[GenerateSerializer, Alias("granary.state.Repository")]
internal sealed record RepositoryState
{
    [Id(0)]
    public ProjectKey Project { get; init; }

    [Id(1)]
    public RepositoryName Name { get; init; }

    [Id(2)]
    public string Description { get; init; } = "";

    [Id(3)]
    public bool IsArchived { get; init; }

    [Id(4)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(5)]
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Somebody named the default branch, so that the first push does not decide it.</summary>
    [Id(6)]
    public bool IsDefaultBranchChosen { get; init; }

    /// <summary>Sorted by pattern.</summary>
    [Id(7)]
    public IReadOnlyList<ProtectionRule> ProtectionRules { get; init; } = Array.Empty<ProtectionRule>();

    [Id(8)]
    public IReadOnlyList<string> HiddenRefs { get; init; } = Array.Empty<string>();

    [Id(9)]
    public LimitOverrides Limits { get; init; } = new();
}

/// <summary>The stored record; without settings there is no such repository.</summary>
[GenerateSerializer, Alias("granary.state.RepositoryRecord")]
internal sealed record RepositoryRecord
{
    [Id(0)]
    public RepositoryState? Settings { get; init; }
}
