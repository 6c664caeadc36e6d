using Granary.Projects;
using Granary.Repositories;

namespace Granary.Accounts;

/// <summary>What an SSH key that is no user's belongs to: one repository, in one project.</summary>
/// <param name="Project">The project that keeps the key.</param>
/// <param name="Repository">The one repository that it opens.</param>
/// <param name="KeyId">Of this deploy key: removed and added again, it is another one.</param>
/// <param name="Fingerprint">Of the SSH key, as <c>ssh-keygen -l</c> prints it.</param>
[GenerateSerializer, Immutable, Alias("granary.DeployKeyOwner")]
public sealed record DeployKeyOwner(
    [property: Id(0)] ProjectKey Project,
    [property: Id(1)] RepositoryId Repository,
    [property: Id(2)] Guid KeyId,
    [property: Id(3)] string Fingerprint);

/// <summary>Whose an SSH key is: exactly one of the two is set.</summary>
[GenerateSerializer, Immutable, Alias("granary.SshKeyHolder")]
public sealed record SshKeyHolder([property: Id(0)] CredentialOwner? User, [property: Id(1)] DeployKeyOwner? Repository);
