using Granary.Accounts;
using Granary.Projects;

namespace Granary.Grains.Projects;

internal sealed partial class ProjectGrain
{
    /// <summary>All members are in one record with the settings.</summary>
    private const int MaxMembers = 5000;

    public ValueTask<ProjectRole> GetRoleAsync(Caller caller, CancellationToken cancellationToken) => ValueTask.FromResult(RoleOf(caller));

    public async Task<Outcome<ProjectMember>> SetMemberAsync(
        Caller caller, UserName user, ProjectRole role, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Admin) is { } refusal) return refusal;
        if (role is not (ProjectRole.Viewer or ProjectRole.Member or ProjectRole.Admin))
            return new Refusal(RefusalKind.InvalidArgument, "A role is viewer, member or admin.");
        if (await GrainFactory.GetUser(user).GetInfoAsync(cancellationToken) is not { } info)
            return new Refusal(RefusalKind.NotFound, $"There is no user '{user}'.");
        var others = Project.Members.Where(member => member.User != user).ToList();
        if (others.Count >= MaxMembers) return new Refusal(RefusalKind.ResourceExhausted, $"A project has at most {MaxMembers} members.");
        var next = new ProjectMember(info.Name, info.UserId, role);
        await WriteAsync(Project with { Members = [.. others, next] }, cancellationToken);
        return next;
    }

    public async Task<Outcome> RemoveMemberAsync(Caller caller, UserName user, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Admin) is { } refusal) return refusal;
        var others = Project.Members.Where(member => member.User != user).ToList();
        if (others.Count == Project.Members.Count) return new Refusal(RefusalKind.NotFound, $"'{user}' is not a member of the project.");
        await WriteAsync(Project with { Members = others }, cancellationToken);
        return Outcome.Done;
    }

    public async Task<Outcome<Page<ProjectMember>>> ListMembersAsync(Caller caller, PageRequest page, CancellationToken cancellationToken)
    {
        if (LevelOf(caller) < AccessLevel.Read) return NotFound();
        if (RoleOf(caller) == ProjectRole.None)
            return new Refusal(RefusalKind.PermissionDenied, "Only members of the project may see who they are.");
        var prefix = page.Prefix is null ? null : NameRules.Fold(page.Prefix);
        var sorted = Project.Members
            .Select(member => KeyValuePair.Create(member.User.Key, member))
            .Where(pair => (page.After is null || string.CompareOrdinal(pair.Key, page.After) > 0)
                && (prefix is null || pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
        var (items, nextAfter) = Paging.Take(sorted, page.Size);

        // Who was deleted, or deleted and made anew, is no member any more.
        var infos = await Task.WhenAll(items.Select(pair => GrainFactory.GetUser(pair.Value.User).GetInfoAsync(cancellationToken)));
        return new Page<ProjectMember>(
            [.. items.Where((pair, index) => infos[index]?.UserId == pair.Value.UserId).Select(pair => pair.Value)], nextAfter);
    }
}
