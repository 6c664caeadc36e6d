using Granary.Accounts;
using Granary.Projects;

namespace Granary.Repositories.Policy;

/// <summary>What may not be done to the refs that a pattern names. Of several rules that match a ref, each holds.</summary>
/// <param name="Pattern">Which refs; the rule's identity within its repository.</param>
/// <param name="NoDeletion">They may not be deleted.</param>
/// <param name="NoForce">They may only be fast-forwarded.</param>
/// <param name="Pushers">Who may push to them; null: whoever may push to the repository.</param>
/// <param name="Commits">What each new commit must look like; null: anything.</param>
[GenerateSerializer, Immutable, Alias("granary.ProtectionRule")]
public sealed record ProtectionRule(
    [property: Id(0)] RefPattern Pattern,
    [property: Id(1)] bool NoDeletion = false,
    [property: Id(2)] bool NoForce = false,
    [property: Id(3)] Pushers? Pushers = null,
    [property: Id(4)] CommitRule? Commits = null);

/// <summary>Those of at least a role, and users by name; deletions and forced pushes are pushes too.</summary>
/// <param name="Role">The least role in the project; <see cref="ProjectRole.None"/>: no role is enough, only being named.</param>
/// <param name="Users">Named users; one made anew under an old name is another.</param>
[GenerateSerializer, Immutable, Alias("granary.Pushers")]
public sealed record Pushers([property: Id(0)] ProjectRole Role, [property: Id(1)] IReadOnlyList<NamedUser> Users);

[GenerateSerializer, Immutable, Alias("granary.NamedUser")]
public sealed record NamedUser([property: Id(0)] UserName Name, [property: Id(1)] Guid UserId);

/// <summary>What each new commit must look like. Two equal ones ask the same, so that an answer can be compared with its question.</summary>
/// <param name="SignedOff">The message has a line <c>Signed-off-by: Name &lt;mail&gt;</c>.</param>
/// <param name="Message">A regular expression that the message matches somewhere; null: any.</param>
/// <param name="AuthorMail">One that the author's mail address matches somewhere; null: any.</param>
[GenerateSerializer, Immutable, Alias("granary.CommitRule")]
public sealed record CommitRule(
    [property: Id(0)] bool SignedOff, [property: Id(1)] string? Message, [property: Id(2)] string? AuthorMail)
{
    /// <summary>Of an expression, in characters.</summary>
    public const int MaxExpressionLength = 200;
}
