using Granary.Accounts;

namespace Granary.Projects;

/// <summary>A deploy key: an SSH key that opens one repository and nothing else.</summary>
/// <param name="KeyId">Names this deploy key.</param>
/// <param name="Key">The SSH key; unique over the whole server, users' keys included.</param>
/// <param name="Title">What its owner calls it.</param>
/// <param name="MayWrite">Whether it may push.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="AddedBy">The user who added it.</param>
[GenerateSerializer, Immutable, Alias("granary.DeployKeyInfo")]
public sealed record DeployKeyInfo(
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] SshPublicKey Key,
    [property: Id(2)] string Title,
    [property: Id(3)] bool MayWrite,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] UserName? AddedBy);
