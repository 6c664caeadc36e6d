using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Tests.Projects;

[Collection(ClusterCollection.Name)]
public sealed class ProjectGrainTests(ClusterFixture cluster)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(ProjectRole.Admin, AccessScope.Admin, AccessLevel.Admin)]
    [InlineData(ProjectRole.Admin, AccessScope.Write, AccessLevel.Write)]
    [InlineData(ProjectRole.Admin, AccessScope.Read, AccessLevel.Read)]
    [InlineData(ProjectRole.Member, AccessScope.Admin, AccessLevel.Write)]
    [InlineData(ProjectRole.Member, AccessScope.Read, AccessLevel.Read)]
    [InlineData(ProjectRole.Viewer, AccessScope.Admin, AccessLevel.Read)]
    [InlineData(ProjectRole.Viewer, AccessScope.None, AccessLevel.None)]
    [InlineData(ProjectRole.None, AccessScope.Admin, AccessLevel.None)]
    public async Task Resolve_RoleAndScope_GiveTheLesser(ProjectRole role, AccessScope scope, AccessLevel level)
    {
        var (project, _) = await CreateAsync("hello");
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        if (role != ProjectRole.None) Assert.True((await project.SetMemberAsync(Caller.System, alice.User!.Value, role, None)).IsDone);
        var access = await project.ResolveRepositoryAsync(alice with { Scope = scope }, RepositoryName.Parse("HELLO"), None);
        Assert.Equal(level, access?.Level ?? AccessLevel.None);
    }

    [Fact]
    public async Task Resolve_PublicProject_AnybodyReads()
    {
        var (project, _) = await CreateAsync("hello", isPublic: true);
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        Assert.Equal(AccessLevel.Read, (await ResolveAsync(project, Caller.Anonymous, "hello"))!.Level);
        Assert.Equal(AccessLevel.Read, (await ResolveAsync(project, alice, "hello"))!.Level);
        Assert.Null(await ResolveAsync(project, alice, "other"));
        Assert.True((await project.UpdateAsync(Caller.System, new ProjectChanges(IsPublic: false), None)).IsDone);
        Assert.Null(await ResolveAsync(project, Caller.Anonymous, "hello"));
    }

    [Fact]
    public async Task Members_RemovedOrRecreated_LoseTheirRoleAtOnce()
    {
        var (project, _) = await CreateAsync("hello");
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        await project.SetMemberAsync(Caller.System, alice.User!.Value, ProjectRole.Admin, None);
        Assert.NotNull(await ResolveAsync(project, alice, "hello"));
        await cluster.Grains.GetUser(alice.User.Value).DeleteAsync(Caller.System, None);
        var again = await cluster.CreateUserAsync(alice.User.Value);
        Assert.Null(await ResolveAsync(project, again, "hello"));
        Assert.Empty((await project.ListMembersAsync(Caller.System, new PageRequest(10, null), None)).Value!.Items);
        await project.SetMemberAsync(Caller.System, alice.User.Value, ProjectRole.Viewer, None);
        Assert.Equal(AccessLevel.Read, (await ResolveAsync(project, again, "hello"))!.Level);
        Assert.Null(await ResolveAsync(project, alice, "hello"));
        Assert.True((await project.RemoveMemberAsync(Caller.System, alice.User.Value, None)).IsDone);
        Assert.Null(await ResolveAsync(project, again, "hello"));
    }

    [Fact]
    public async Task Permissions_Strangers_SeeNothingAndViewersMayNot()
    {
        var (project, _) = await CreateAsync("hello");
        var stranger = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var viewer = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var admin = await cluster.CreateUserAsync(ClusterFixture.NewName());
        await project.SetMemberAsync(Caller.System, viewer.User!.Value, ProjectRole.Viewer, None);
        await project.SetMemberAsync(Caller.System, admin.User!.Value, ProjectRole.Admin, None);
        var repository = new NewRepository(RepositoryName.Parse("new"));
        foreach (var (caller, kind) in new[]
        {
            (Caller.Anonymous, RefusalKind.NotFound), (stranger, RefusalKind.NotFound), (viewer, RefusalKind.PermissionDenied),
            (admin with { Scope = AccessScope.Read }, RefusalKind.PermissionDenied),
        })
        {
            Assert.Equal(kind, (await project.CreateRepositoryAsync(caller, repository, None)).Refusal!.Kind);
            Assert.Equal(kind, (await project.UpdateAsync(caller, new ProjectChanges("x"), None)).Refusal!.Kind);
            Assert.Equal(kind, (await project.SetMemberAsync(caller, stranger.User!.Value, ProjectRole.Admin, None)).Refusal!.Kind);
            Assert.Equal(kind, (await project.DeleteAsync(caller, None)).Refusal!.Kind);
        }

        Assert.True((await project.CreateRepositoryAsync(admin with { Scope = AccessScope.Write }, repository, None)).IsDone);
        Assert.Equal(
            RefusalKind.PermissionDenied, (await project.UpdateAsync(admin with { Scope = AccessScope.Write }, new ProjectChanges("x"), None)).Refusal!.Kind);
        Assert.True((await project.UpdateAsync(admin, new ProjectChanges("x"), None)).IsDone);
    }

    [Fact]
    public async Task Create_NotAnAdministratorOfTheServer_IsDenied()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var key = ClusterFixture.NewProjectKey();
        var created = await cluster.Grains.GetProject(key).CreateAsync(alice, new NewProject(key), None);
        Assert.Equal(RefusalKind.PermissionDenied, created.Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await cluster.Grains.GetProject(key).GetInfoAsync(Caller.System, None)).Refusal!.Kind);
    }

    [Fact]
    public async Task CreateRepository_SameNameInOtherCase_IsRefused()
    {
        var (project, _) = await CreateAsync("Hello");
        var again = await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse("hELLO")), None);
        Assert.Equal(RefusalKind.AlreadyExists, again.Refusal!.Kind);
    }

    [Fact]
    public async Task CreateRepository_FailsHalfway_IsInvisibleAndTheNextTryEndsIt()
    {
        var (project, _) = await CreateAsync("other");
        var name = RepositoryName.Parse("half-" + Guid.NewGuid().ToString("N"));
        cluster.FailingCreations.Names[name.Value] = true;
        await Assert.ThrowsAsync<RepositoryUnavailableException>(
            () => project.CreateRepositoryAsync(Caller.System, new NewRepository(name), None));
        Assert.Null(await project.ResolveRepositoryAsync(Caller.System, name, None));
        Assert.Equal(["other"], await NamesAsync(project));
        await cluster.ForgetAsync(project);
        Assert.True((await project.CreateRepositoryAsync(Caller.System, new NewRepository(name), None)).IsDone);

        // The same one: nothing of the first try is left over.
        var access = await project.ResolveRepositoryAsync(Caller.System, name, None);
        Assert.Equal(cluster.FailingCreations.Failed[name.Value], access!.Id.Value);
    }

    [Fact]
    public async Task RenameRepository_OldName_LeadsOnUntilAnotherTakesIt()
    {
        var (project, id) = await CreateAsync("one");
        await RenameAsync(project, "one", "two");
        await RenameAsync(project, "two", "three");
        await cluster.ForgetAsync(project);
        foreach (var name in new[] { "one", "two", "three" })
        {
            var access = await ResolveAsync(project, Caller.System, name);
            Assert.Equal((id, "three"), (access!.Id, access.Name.Value));
        }

        Assert.Equal(["three"], await NamesAsync(project));
        var other = await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse("two")), None);
        Assert.Equal(other.Value!.Id, (await ResolveAsync(project, Caller.System, "two"))!.Id);
        Assert.Equal(id, (await ResolveAsync(project, Caller.System, "one"))!.Id);
        await RenameAsync(project, "three", "one");
        Assert.Equal("one", (await ResolveAsync(project, Caller.System, "three"))!.Name.Value);
        var taken = await project.RenameRepositoryAsync(Caller.System, RepositoryName.Parse("one"), RepositoryName.Parse("TWO"), None);
        Assert.Equal(RefusalKind.AlreadyExists, taken.Refusal!.Kind);
        await RenameAsync(project, "one", "ONE");
        await cluster.ForgetAsync(project);
        Assert.Equal("ONE", (await ResolveAsync(project, Caller.System, "three"))!.Name.Value);
    }

    [Fact]
    public async Task DeleteRepository_Restored_ComesBackWithItsOldNames()
    {
        var (project, id) = await CreateAsync("first");
        await RenameAsync(project, "first", "second");
        var deleted = await project.DeleteRepositoryAsync(Caller.System, RepositoryName.Parse("second"), None);
        Assert.NotNull(deleted.Value!.DeletedAt);
        await cluster.ForgetAsync(project);
        Assert.Null(await ResolveAsync(project, Caller.System, "first"));
        Assert.Null(await ResolveAsync(project, Caller.System, "second"));
        Assert.Empty(await NamesAsync(project));
        var restorable = await project.ListRepositoriesAsync(Caller.System, new PageRequest(10, null), true, None);
        Assert.Equal([id], restorable.Value!.Items.Select(info => info.Id));
        Assert.Null((await project.RestoreRepositoryAsync(Caller.System, id, null, None)).Value!.DeletedAt);
        await cluster.ForgetAsync(project);
        Assert.Equal(id, (await ResolveAsync(project, Caller.System, "first"))!.Id);
        Assert.Equal(id, (await ResolveAsync(project, Caller.System, "second"))!.Id);
    }

    [Fact]
    public async Task RestoreRepository_NameTakenMeanwhile_NeedsAnother()
    {
        var (project, id) = await CreateAsync("name");
        await project.DeleteRepositoryAsync(Caller.System, RepositoryName.Parse("name"), None);
        var other = await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse("name")), None);
        Assert.Equal(RefusalKind.AlreadyExists, (await project.RestoreRepositoryAsync(Caller.System, id, null, None)).Refusal!.Kind);
        var restored = await project.RestoreRepositoryAsync(Caller.System, id, RepositoryName.Parse("name-2"), None);
        Assert.Equal("name-2", restored.Value!.Name.Value);
        await cluster.ForgetAsync(project);
        Assert.Equal(other.Value!.Id, (await ResolveAsync(project, Caller.System, "name"))!.Id);
        Assert.Equal(id, (await ResolveAsync(project, Caller.System, "name-2"))!.Id);
    }

    [Fact]
    public async Task RestoreRepository_AfterTheUndoPeriod_IsGone()
    {
        var (project, id) = await CreateAsync("old");
        await project.DeleteRepositoryAsync(Caller.System, RepositoryName.Parse("old"), None);
        cluster.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(RefusalKind.NotFound, (await project.RestoreRepositoryAsync(Caller.System, id, null, None)).Refusal!.Kind);
        Assert.Empty((await project.ListRepositoriesAsync(Caller.System, new PageRequest(10, null), true, None)).Value!.Items);
        Assert.True((await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse("old")), None)).IsDone);
    }

    [Fact]
    public async Task Delete_WithRepositories_IsRefusedUntilTheyAreDeleted()
    {
        var (project, _) = await CreateAsync("only");
        var key = (await project.GetInfoAsync(Caller.System, None)).Value!.Key;
        Assert.Equal(RefusalKind.FailedPrecondition, (await project.DeleteAsync(Caller.System, None)).Refusal!.Kind);
        await project.DeleteRepositoryAsync(Caller.System, RepositoryName.Parse("only"), None);
        Assert.True((await project.DeleteAsync(Caller.System, None)).IsDone);
        Assert.Equal(RefusalKind.NotFound, (await project.GetInfoAsync(Caller.System, None)).Refusal!.Kind);
        await cluster.CreateProjectAsync(key);
        Assert.Empty(await NamesAsync(project));
        Assert.Null(await ResolveAsync(project, Caller.System, "only"));
    }

    [Fact]
    public async Task ListRepositories_ManyPages_AreSortedAndComplete()
    {
        var project = await cluster.CreateProjectAsync(ClusterFixture.NewProjectKey());
        for (var i = 0; i < 25; i++)
            Assert.True((await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse($"R{i:D2}")), None)).IsDone);
        await cluster.ForgetAsync(project);
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await project.ListRepositoriesAsync(Caller.System, new PageRequest(10, after), false, None)).Value!;
            seen.AddRange(page.Items.Select(info => info.Name.Value));
            if ((after = page.NextAfter) is null) break;
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"R{i:D2}"), seen);
        var some = (await project.ListRepositoriesAsync(Caller.System, new PageRequest(10, null, "R2"), false, None)).Value!;
        Assert.Equal(5, some.Items.Count);
    }

    private static ValueTask<RepositoryAccess?> ResolveAsync(IProjectGrain project, Caller caller, string name) =>
        project.ResolveRepositoryAsync(caller, RepositoryName.Parse(name), None);

    private static async Task RenameAsync(IProjectGrain project, string from, string to)
    {
        var renamed = await project.RenameRepositoryAsync(Caller.System, RepositoryName.Parse(from), RepositoryName.Parse(to), None);
        Assert.Equal(to, renamed.Value?.Name.Value);
    }

    private static async Task<IEnumerable<string>> NamesAsync(IProjectGrain project) =>
        (await project.ListRepositoriesAsync(Caller.System, new PageRequest(100, null), false, None)).Value!.Items.Select(info => info.Name.Value);

    private async Task<(IProjectGrain Project, RepositoryId Id)> CreateAsync(string repository, bool isPublic = false)
    {
        var project = await cluster.CreateProjectAsync(ClusterFixture.NewProjectKey(), isPublic);
        var created = await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse(repository)), None);
        Assert.Null(created.Refusal);
        return (project, created.Value!.Id);
    }
}
