using Granary.Projects;
using Granary.Repositories.Policy;
using Granary.V1;
using CommitRule = Granary.Repositories.Policy.CommitRule;
using ProtectionRule = Granary.Repositories.Policy.ProtectionRule;
using Pushers = Granary.Repositories.Policy.Pushers;

namespace Granary.Frontends.Rpc.Repositories;

/// <summary>Policies as the API shows them, and rules as it reads them.</summary>
internal static class PolicyMessages
{
    public static Policy From(RepositoryPolicy policy) => new()
    {
        HiddenRefs = { policy.HiddenRefs },
        MaxFileSize = policy.Limits.MaxFileSize,
        MaxRepositorySize = policy.Limits.MaxRepositorySize,
        MaxRefsPerPush = policy.Limits.MaxRefsPerPush,
        Size = policy.Size,
    };

    public static V1.ProtectionRule From(ProtectionRule rule) => new()
    {
        Pattern = rule.Pattern.Value,
        NoDeletion = rule.NoDeletion,
        NoForce = rule.NoForce,
        Pushers = rule.Pushers is { } pushers
            ? new V1.Pushers
            {
                Role = pushers.Role switch { ProjectRole.Member => "member", ProjectRole.Admin => "admin", _ => "" },
                Users = { pushers.Users.Select(static user => user.Name.Value) },
            }
            : null,
        Commits = rule.Commits is { } commits
            ? new V1.CommitRule { SignedOff = commits.SignedOff, Message = commits.Message ?? "", AuthorMail = commits.AuthorMail ?? "" }
            : null,
    };

    public static ProtectionRule Read(V1.ProtectionRule rule) =>
        new(Arguments.RefPattern(rule.Pattern), rule.NoDeletion, rule.NoForce, Read(rule.Pushers), Read(rule.Commits));

    private static Pushers? Read(V1.Pushers? pushers) => pushers is null ? null : new Pushers(
        pushers.Role.Length == 0 ? ProjectRole.None : Arguments.Role(pushers.Role),
        pushers.Users.Select(static name => new NamedUser(Arguments.User(name, nameof(pushers.Users)), Guid.Empty)).ToArray());

    /// <summary>A rule on commits that asks nothing is none.</summary>
    private static CommitRule? Read(V1.CommitRule? commits) => commits is null or { SignedOff: false, Message: "", AuthorMail: "" } ? null
        : new CommitRule(commits.SignedOff, OrNull(commits.Message), OrNull(commits.AuthorMail));

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
