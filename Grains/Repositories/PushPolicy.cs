using Granary.Grains.Repositories.Policy;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories;

/// <summary>What holds in the turn of a push.</summary>
/// <param name="Settings">The repository's.</param>
/// <param name="Protection">Its rules.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="HeadTarget">The ref that HEAD names.</param>
/// <param name="Role">The pusher's in the project.</param>
/// <param name="Size">Bytes of packs before the push.</param>
/// <param name="Added">Bytes that the push would add.</param>
/// <param name="IsEmpty">Whether there are no refs yet.</param>
internal sealed record PushConditions(
    RepositoryState Settings, Protection Protection, RepositoryLimits Limits, string? HeadTarget, ProjectRole Role, long Size, long Added,
    bool IsEmpty);

/// <summary>
/// What the repository's settings refuse of a push, decided in the turn: for each ref by itself, from what it asks and what the
/// look into the quarantine found of it.
/// </summary>
internal static class PushPolicy
{
    private const string RulesChanged = "the rules of this ref changed while you pushed; please push again";

    /// <summary>A refusal per update, null where there is none.</summary>
    public static RefUpdateResult?[] Judge(PushConditions conditions, PushRequest push)
    {
        var reason = RefuseAll(conditions, push);
        return [.. push.Updates.Select(u => reason is null ? Judge(conditions, push, u) : Refuse(u, reason))];
    }

    private static string? RefuseAll(PushConditions conditions, PushRequest push)
    {
        if (conditions.Settings.DeletedAt is not null) return "the repository was deleted; ask an administrator of the project to restore it";
        if (conditions.Settings.IsArchived)
            return "the repository is archived and read-only; ask an administrator of the project to unarchive it";
        var limits = conditions.Limits;
        if (push.IsImport && !conditions.IsEmpty) return "the repository is not empty any more; import into another one";
        if (!push.IsImport && push.Updates.Count > limits.MaxRefsPerPush) return PushLimits.TooManyRefs(push.Updates.Count, limits);
        if (conditions.Added > 0 && conditions.Size + conditions.Added > limits.MaxRepositorySize)
            return PushLimits.TooLarge(conditions.Size, conditions.Added, limits);
        return push.Updates.Any(u => u.Facts?.LargestObject > limits.MaxFileSize)
            ? "the push holds a file that is larger than the limit set meanwhile; push again to see which one"
            : null;
    }

    private static RefUpdateResult? Judge(PushConditions conditions, PushRequest push, RefUpdate update)
    {
        if (HiddenRefs.Contain(conditions.Settings.HiddenRefs, update.Name.Value))
            return Refuse(update, "the ref is hidden: names like it are kept for the server; push under another name");
        if (update.IsDelete && update.Name.Value == conditions.HeadTarget && push.NewHead is null && !push.PushOptions.Contains(PushOptionNames.AllowDeleteDefaultBranch))
        {
            const string Default = "this is the default branch; make another one the default first, or, if you mean it, push with -o "
                + PushOptionNames.AllowDeleteDefaultBranch;
            return Refuse(update, Default, RefUpdateStatus.RejectedNoDelete);
        }

        foreach (var rule in conditions.Protection.RulesFor(update.Name))
        {
            if (Judge(conditions, push, update, rule) is { } refusal) return refusal;
        }

        return null;
    }

    private static RefUpdateResult? Judge(PushConditions conditions, PushRequest push, RefUpdate update, ProtectionRule rule)
    {
        if (rule.Pushers is { } pushers && !pushers.Include(push.Caller, conditions.Role))
            return Refuse(update, $"only {pushers.Describe()} may push to refs protected by the rule '{rule.Pattern}'; push to another branch and ask one of them");
        if (update.IsDelete)
        {
            return rule.NoDeletion
                ? Refuse(update, $"the rule '{rule.Pattern}' protects the ref from deletion; ask an administrator of the project if it has to go", RefUpdateStatus.RejectedNoDelete)
                : null;
        }

        if (rule.NoForce && !update.IsCreate)
        {
            if (update.Facts?.IsFastForward is not { } isFastForward) return Refuse(update, RulesChanged);
            if (!isFastForward)
            {
                return Refuse(
                    update, $"the rule '{rule.Pattern}' allows no forced push; fetch, merge or rebase onto what is there, and push again",
                    RefUpdateStatus.RejectedNonFastForward);
            }
        }

        if (rule.Commits is not { } asked) return null;
        if (update.Facts?.Commits.FirstOrDefault(v => v.Rule == asked) is not { } verdict) return Refuse(update, RulesChanged);
        return verdict.Fault is null ? null : Refuse(update, $"{verdict.Fault} (rule '{rule.Pattern}')");
    }

    private static RefUpdateResult Refuse(RefUpdate update, string reason, RefUpdateStatus status = RefUpdateStatus.RejectedOtherReason) =>
        new(update.Name, status, reason);
}
