using Granary.Accounts;
using Granary.Grains.Git.Refs;
using Granary.Grains.Repositories.Policy;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories;

internal sealed partial class RepositoryGrain
{
    private Protection? _protection;

    public async Task<RepositoryPolicy> GetPolicyAsync(CancellationToken cancellationToken)
    {
        if (Settings is null) throw new RepositoryUnavailableException(_id);
        var size = await OnFilesAsync(_packFolder.Measure);
        var settings = Settings!;
        return new RepositoryPolicy(settings.ProtectionRules, settings.HiddenRefs, settings.Limits, LimitsOf(settings), size);
    }

    public async Task<Outcome<RepositoryPolicy>> UpdatePolicyAsync(Caller caller, PolicyChanges changes, CancellationToken cancellationToken)
    {
        if (Settings is not { } settings) return NotFound;
        var refs = _refs ?? await LoadAsync();
        if (changes.SetRule is { } rule)
        {
            var set = await SetRuleAsync(settings, rule, cancellationToken);
            if (!set.IsDone) return set.Refusal!;
            settings = set.Value!;
        }

        if (changes.RemoveRule is { } pattern)
        {
            var others = settings.ProtectionRules.Where(r => r.Pattern != pattern).ToArray();
            if (others.Length == settings.ProtectionRules.Count) return new Refusal(RefusalKind.NotFound, $"There is no rule for '{pattern}'.");
            settings = settings with { ProtectionRules = others };
        }

        if (changes.HiddenRefs is { } hidden)
        {
            if (PolicyChecks.Refuse(hidden, refs.HeadTarget) is { } refusal) return refusal;
            settings = settings with { HiddenRefs = hidden.Distinct().Order(StringComparer.Ordinal).ToArray() };
        }

        if (changes.Limits is { } limits)
        {
            if (PolicyChecks.Refuse(limits, StandardLimits, caller) is { } refusal) return refusal;
            settings = settings with { Limits = limits };
        }

        await StoreAsync(settings, cancellationToken);

        // Under a new version, so that every silo asks for it before its next answer.
        if (changes.HiddenRefs is not null) _refs = refs.Hiding(settings.HiddenRefs, NextVersion());
        return await GetPolicyAsync(cancellationToken);
    }

    private RepositoryLimits StandardLimits => new(_policyOptions.MaxFileSize, _policyOptions.MaxRepositorySize, _policyOptions.MaxRefsPerPush);

    private RepositoryLimits LimitsOf(RepositoryState settings) => new(
        settings.Limits.MaxFileSize ?? _policyOptions.MaxFileSize,
        settings.Limits.MaxRepositorySize ?? _policyOptions.MaxRepositorySize,
        settings.Limits.MaxRefsPerPush ?? _policyOptions.MaxRefsPerPush);

    private async Task<Outcome<RepositoryState>> SetRuleAsync(RepositoryState settings, ProtectionRule rule, CancellationToken cancellationToken)
    {
        if (PolicyChecks.Refuse(rule) is { } refusal) return refusal;
        if (rule.Pushers is { } pushers)
        {
            var users = new List<NamedUser>();
            foreach (var name in pushers.Users.Select(static user => user.Name).Distinct())
            {
                if (await GrainFactory.GetUser(name).GetInfoAsync(cancellationToken) is not { } info)
                    return new Refusal(RefusalKind.NotFound, $"There is no user '{name}'.");
                users.Add(new NamedUser(info.Name, info.UserId));
            }

            rule = rule with { Pushers = pushers with { Users = users.ToArray() } };
        }

        var rules = settings.ProtectionRules.Where(r => r.Pattern != rule.Pattern).Append(rule).ToArray();
        if (rules.Length > _policyOptions.MaxProtectionRules)
            return new Refusal(RefusalKind.ResourceExhausted, $"A repository has at most {_policyOptions.MaxProtectionRules} protection rules; a pattern can name many refs.");
        Array.Sort(rules, static (a, b) => string.CompareOrdinal(a.Pattern.Value, b.Pattern.Value));
        return settings with { ProtectionRules = rules };
    }

    private Protection ProtectionOf(RepositoryState settings) =>
        _protection is { } made && ReferenceEquals(made.Rules, settings.ProtectionRules) ? made : _protection = new Protection(settings.ProtectionRules);

    /// <summary>Asked of the project in the turn, so that a role taken away before is not used; only where a rule is about it.</summary>
    private ValueTask<ProjectRole> RoleForAsync(Caller caller, Protection protection, CancellationToken cancellationToken) =>
        protection.Rules.Any(static rule => rule.Pushers is not null)
            ? GrainFactory.GetProject(Settings!.Project).GetRoleAsync(caller, cancellationToken)
            : ValueTask.FromResult(ProjectRole.None);

    /// <summary>Policy and transaction of one push; blocks.</summary>
    private RefTransactionResult Apply(RefSnapshot refs, PushRequest push, RepositoryState settings, Protection protection, ProjectRole role)
    {
        var limits = LimitsOf(settings);
        var quarantine = Path.Combine(_paths.Quarantine(push.PushId), "pack");
        long before, brought;
        try
        {
            before = _packFolder.Measure();
            brought = push.HasQuarantine ? PackFolder.SizeOf(quarantine) : 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new RefTransactionResult(refs, Refused(push, VolumeFaults.Of(fault)), fault);
        }

        var conditions = new PushConditions(settings, protection, limits, refs.HeadTarget, role, before, brought, refs.Count == 0);
        var result = _transaction.Apply(refs, push, PushPolicy.Judge(conditions, push), keepHead: settings.IsDefaultBranchChosen);
        if (brought == 0 || result.Outcome.Sequence == 0) return result;

        // What was there already was not moved and stays behind.
        var after = _packFolder.Add(before, brought - PackFolder.SizeOf(quarantine));
        IEnumerable<long> marks = _policyOptions.SizeNotices.Count > 0 ? _policyOptions.SizeNotices : RepositoryPolicyOptions.DefaultSizeNotices;
        return result with { Outcome = result.Outcome with { Notices = PushLimits.Notices(before, after, marks, limits) } };
    }

    /// <summary>Nothing was tried yet, which is more than an exception could tell.</summary>
    private static PushOutcome Refused(PushRequest push, VolumeFault fault) => new(
        [.. push.Updates.Select(u => new RefUpdateResult(u.Name, RefUpdateStatus.NotAttempted, fault.NothingChanged()))], 0);

    /// <summary>A snapshot fresh from the files, under the rules of what is hidden.</summary>
    private RefSnapshot Hide(RefSnapshot refs)
    {
        var hidden = Settings?.HiddenRefs;
        return ReferenceEquals(refs.HiddenRefs, hidden) ? refs : refs.Hiding(hidden, refs.Version);
    }
}
