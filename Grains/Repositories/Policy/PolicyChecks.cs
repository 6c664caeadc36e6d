using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories.Policy;

/// <summary>What administrators may not ask for, with the sentence that says so.</summary>
internal static class PolicyChecks
{
    private const int MaxNamedUsers = 50;

    public static Refusal? Refuse(ProtectionRule rule)
    {
        if (rule is { NoDeletion: false, NoForce: false, Pushers: null, Commits: null })
            return Invalid("The rule protects against nothing; say at least one of no deletion, no force, who may push, or what commits must look like.");
        if (rule.Pushers is { } pushers)
        {
            if (pushers.Role is not (ProjectRole.None or ProjectRole.Member or ProjectRole.Admin)) return Invalid("Who may push has the role 'member' or 'admin'.");
            if (pushers.Users.Count > MaxNamedUsers) return Invalid($"A rule may name at most {MaxNamedUsers} users; use a role.");
        }

        return rule.Commits is { } commits && CommitCheck.TryFindFault(commits, out var fault) ? Invalid(fault) : null;
    }

    public static Refusal? Refuse(IReadOnlyList<string> hiddenRefs, string? headTarget)
    {
        if (hiddenRefs.Count > HiddenRefs.MaxCount) return Invalid($"At most {HiddenRefs.MaxCount} names or folders of refs may be hidden.");
        foreach (var entry in hiddenRefs)
        {
            if (!RefName.TryParse(entry, out _, out var fault)) return Invalid($"'{entry}' cannot be hidden: {fault}.");
        }

        return headTarget is not null && HiddenRefs.Contain(hiddenRefs, headTarget)
            ? new Refusal(RefusalKind.FailedPrecondition, $"'{headTarget}' is the default branch and cannot be hidden; make another one the default first.")
            : null;
    }

    public static Refusal? Refuse(LimitOverrides limits, RepositoryLimits standard, Caller caller)
    {
        if (limits.MaxFileSize < 1 || limits.MaxRepositorySize < 1 || limits.MaxRefsPerPush < 1) return Invalid("A limit must be at least 1.");
        var isBeyond = limits.MaxFileSize > standard.MaxFileSize || limits.MaxRepositorySize > standard.MaxRepositorySize
            || limits.MaxRefsPerPush > standard.MaxRefsPerPush;
        return isBeyond && !caller.IsAdministrator
            ? new Refusal(
                RefusalKind.PermissionDenied,
                $"Only administrators of the server may go beyond its limits: files of {ByteCount.Text(standard.MaxFileSize)}, repositories of "
                + $"{ByteCount.Text(standard.MaxRepositorySize)}, {standard.MaxRefsPerPush} refs a push.")
            : null;
    }

    public static Refusal Invalid(string fault) => new(RefusalKind.InvalidArgument, fault);
}
