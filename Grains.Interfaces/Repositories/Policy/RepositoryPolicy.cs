namespace Granary.Repositories.Policy;

/// <summary>What a repository refuses, and what it holds: for its administrators, and for the silo that receives a push.</summary>
/// <param name="Rules">Sorted by pattern.</param>
/// <param name="HiddenRefs">Names of refs, or of folders of refs, that are neither shown, fetched nor pushed; as git's <c>transfer.hideRefs</c>.</param>
/// <param name="Overrides">What administrators set for this repository.</param>
/// <param name="Limits">What holds: the overrides, otherwise the server's settings.</param>
/// <param name="Size">Bytes of packs on the volume.</param>
[GenerateSerializer, Immutable, Alias("granary.RepositoryPolicy")]
public sealed record RepositoryPolicy(
    [property: Id(0)] IReadOnlyList<ProtectionRule> Rules,
    [property: Id(1)] IReadOnlyList<string> HiddenRefs,
    [property: Id(2)] LimitOverrides Overrides,
    [property: Id(3)] RepositoryLimits Limits,
    [property: Id(4)] long Size);

/// <summary>Limits of one repository; null: the server's setting.</summary>
[GenerateSerializer, Immutable, Alias("granary.LimitOverrides")]
public sealed record LimitOverrides(
    [property: Id(0)] long? MaxFileSize = null,
    [property: Id(1)] long? MaxRepositorySize = null,
    [property: Id(2)] int? MaxRefsPerPush = null);

/// <param name="MaxFileSize">The largest object of a push in bytes, unpacked.</param>
/// <param name="MaxRepositorySize">The most bytes of packs.</param>
/// <param name="MaxRefsPerPush">The most refs that one push may change.</param>
[GenerateSerializer, Immutable, Alias("granary.RepositoryLimits")]
public sealed record RepositoryLimits(
    [property: Id(0)] long MaxFileSize,
    [property: Id(1)] long MaxRepositorySize,
    [property: Id(2)] int MaxRefsPerPush);

/// <summary>Changes of a policy; null leaves as it is.</summary>
/// <param name="SetRule">Makes a rule, or replaces the one of the same pattern. User ids are looked up, those given are ignored.</param>
/// <param name="RemoveRule">Removes the rule of that pattern.</param>
/// <param name="HiddenRefs">Replaces them all.</param>
/// <param name="Limits">Replaces all overrides. Only administrators of the server may go beyond the server's settings.</param>
[GenerateSerializer, Immutable, Alias("granary.PolicyChanges")]
public sealed record PolicyChanges(
    [property: Id(0)] ProtectionRule? SetRule = null,
    [property: Id(1)] RefPattern? RemoveRule = null,
    [property: Id(2)] IReadOnlyList<string>? HiddenRefs = null,
    [property: Id(3)] LimitOverrides? Limits = null);
