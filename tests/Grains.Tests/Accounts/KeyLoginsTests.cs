using System.Net;
using Granary.Accounts;
using Granary.Grains.Accounts;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Accounts;

[Collection(ClusterCollection.Name)]
public sealed class KeyLoginsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.9");

    private readonly ClusterFixture _cluster;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly AccountOptions _options = new() { FreeUnknownKeysPerAddress = 3, MaxWaiters = 2 };
    private readonly LoginThrottle _throttle;
    private readonly KeyLogins _logins;

    public KeyLoginsTests(ClusterFixture cluster)
    {
        _cluster = cluster;
        _throttle = new LoginThrottle(Options.Create(_options), _clock);
        _logins = new KeyLogins(cluster.Grains, _throttle);
    }

    [Fact]
    public async Task Authenticate_KeyOfAUser_GivesEverythingUntilItIsRevoked()
    {
        var alice = await _cluster.CreateUserAsync(ClusterFixture.NewName());
        var user = _cluster.Grains.GetUser(alice.User!.Value);
        var key = NewKey.Make();
        Assert.Null(await LogInAsync(key));
        Assert.True((await user.AddKeyAsync(alice, key, "", None)).IsDone);
        Assert.True(await _logins.IsKnownAsync(key.Fingerprint, Address, None));
        Assert.Equal(alice, await LogInAsync(key));

        await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: true), None);
        Assert.Null(await LogInAsync(key));
        await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: false), None);
        Assert.NotNull(await LogInAsync(key));
        await user.RemoveKeyAsync(alice, key.Fingerprint, None);
        Assert.Null(await LogInAsync(key));
        Assert.False(await _logins.IsKnownAsync(key.Fingerprint, Address, None));
    }

    [Fact]
    public async Task Authenticate_KeyOfADeletedUser_IsNotTheNextOnesOfThatName()
    {
        var alice = await _cluster.CreateUserAsync(ClusterFixture.NewName());
        var key = NewKey.Make();
        await _cluster.Grains.GetUser(alice.User!.Value).AddKeyAsync(alice, key, "", None);
        await _cluster.Grains.GetUser(alice.User.Value).DeleteAsync(Caller.System, None);
        await _cluster.CreateUserAsync(alice.User.Value);
        Assert.Null(await LogInAsync(key));
    }

    [Theory]
    [InlineData(false, AccessLevel.Read)]
    [InlineData(true, AccessLevel.Write)]
    public async Task Authenticate_DeployKey_ReachesItsRepositoryAndNothingElse(bool mayWrite, AccessLevel level)
    {
        var (project, hello) = await CreateProjectAsync(isPublic: true);
        var key = NewKey.Make();
        Assert.True((await project.AddDeployKeyAsync(Caller.System, hello, key, "ci", mayWrite, None)).IsDone);
        var caller = (await LogInAsync(key))!;
        Assert.False(caller.IsAnonymous);
        Assert.Equal(level, (await project.ResolveRepositoryAsync(caller, hello, None))!.Level);
        Assert.False((await project.ResolveRepositoryAsync(caller, hello, None))!.MayManage);
        Assert.Null(await project.ResolveRepositoryAsync(caller, RepositoryName.Parse("other"), None));
        Assert.Equal(RefusalKind.NotFound, (await project.GetInfoAsync(caller, None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await project.ListRepositoriesAsync(caller, new PageRequest(10, null), false, None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await project.AddDeployKeyAsync(caller, hello, NewKey.Make(), "", true, None)).Refusal!.Kind);

        var (otherProject, otherHello) = await CreateProjectAsync(isPublic: true);
        Assert.Null(await otherProject.ResolveRepositoryAsync(caller, otherHello, None));
    }

    [Fact]
    public async Task DeployKey_RemovedOrWithItsRepositoryRenamedOrDeleted_ActsAtOnce()
    {
        var (project, hello) = await CreateProjectAsync();
        var (first, second) = (NewKey.Make(), NewKey.Make());
        foreach (var key in (SshPublicKey[])[first, second]) await project.AddDeployKeyAsync(Caller.System, hello, key, "", false, None);
        var (one, two) = ((await LogInAsync(first))!, (await LogInAsync(second))!);

        Assert.True((await project.RemoveDeployKeyAsync(Caller.System, hello, first.Fingerprint, None)).IsDone);
        Assert.Null(await LogInAsync(first));
        Assert.Null(await project.ResolveRepositoryAsync(one, hello, None));

        var renamed = RepositoryName.Parse("renamed");
        await project.RenameRepositoryAsync(Caller.System, hello, renamed, None);
        Assert.Equal(renamed, (await project.ResolveRepositoryAsync(two, hello, None))!.Name);

        // For good: bringing the repository back does not bring back who may open it.
        var deleted = (await project.DeleteRepositoryAsync(Caller.System, renamed, None)).Value!;
        Assert.Null(await LogInAsync(second));
        await project.RestoreRepositoryAsync(Caller.System, deleted.Id, null, None);
        Assert.Null(await LogInAsync(second));
        Assert.Null(await project.ResolveRepositoryAsync(two, renamed, None));
        Assert.Empty((await project.ListDeployKeysAsync(Caller.System, renamed, new PageRequest(10, null), None)).Value!.Items);
    }

    [Fact]
    public async Task DeployKey_AfterTheGrainIsForgotten_IsThereStill()
    {
        var (project, hello) = await CreateProjectAsync();
        var key = NewKey.Make();
        var added = (await project.AddDeployKeyAsync(Caller.System, hello, key, "ci", true, None)).Value!;
        await _cluster.ForgetAsync(project);
        await _cluster.ForgetAsync(_cluster.Grains.GetSshKey(key.Fingerprint));
        var listed = Assert.Single((await project.ListDeployKeysAsync(Caller.System, hello, new PageRequest(10, null), None)).Value!.Items);
        Assert.Equal((added.KeyId, "ci", true, key.Fingerprint), (listed.KeyId, listed.Title, listed.MayWrite, listed.Key.Fingerprint));
        Assert.NotNull(await LogInAsync(key));
    }

    [Fact]
    public async Task Key_OfAUserOrARepository_IsNobodyElses()
    {
        var alice = await _cluster.CreateUserAsync(ClusterFixture.NewName());
        var user = _cluster.Grains.GetUser(alice.User!.Value);
        var (project, hello) = await CreateProjectAsync();
        var (hers, its) = (NewKey.Make(), NewKey.Make());
        await user.AddKeyAsync(alice, hers, "", None);
        await project.AddDeployKeyAsync(Caller.System, hello, its, "", false, None);
        Assert.Equal(RefusalKind.AlreadyExists, (await project.AddDeployKeyAsync(Caller.System, hello, hers, "", true, None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.AlreadyExists, (await user.AddKeyAsync(alice, its, "", None)).Refusal!.Kind);
        Assert.Equal(
            RefusalKind.AlreadyExists,
            (await project.AddDeployKeyAsync(Caller.System, RepositoryName.Parse("other"), its, "", true, None)).Refusal!.Kind);
        Assert.Single((await project.ListDeployKeysAsync(Caller.System, hello, new PageRequest(10, null), None)).Value!.Items);
        Assert.Equal(alice, await LogInAsync(hers));
    }

    [Fact]
    public async Task AddDeployKey_ByAMember_IsRefused()
    {
        var (project, hello) = await CreateProjectAsync();
        var alice = await _cluster.CreateUserAsync(ClusterFixture.NewName());
        await project.SetMemberAsync(Caller.System, alice.User!.Value, ProjectRole.Member, None);
        Assert.Equal(RefusalKind.PermissionDenied, (await project.AddDeployKeyAsync(alice, hello, NewKey.Make(), "", false, None)).Refusal!.Kind);
        await project.SetMemberAsync(Caller.System, alice.User.Value, ProjectRole.Admin, None);
        Assert.Equal(
            RefusalKind.PermissionDenied,
            (await project.AddDeployKeyAsync(alice with { Scope = AccessScope.Write }, hello, NewKey.Make(), "", false, None)).Refusal!.Kind);
        Assert.True((await project.AddDeployKeyAsync(alice, hello, NewKey.Make(), "", false, None)).IsDone);
    }

    [Fact]
    public async Task IsKnown_ManyUnknownKeys_AreAnsweredEverMoreSlowly_AndKnownOnesAtOnce()
    {
        var alice = await _cluster.CreateUserAsync(ClusterFixture.NewName());
        var key = NewKey.Make();
        await _cluster.Grains.GetUser(alice.User!.Value).AddKeyAsync(alice, key, "", None);
        for (var i = 1; i < _options.FreeUnknownKeysPerAddress; i++) Assert.False(await _logins.IsKnownAsync(NewKey.Make().Fingerprint, Address, None));

        var delayed = _logins.IsKnownAsync(NewKey.Make().Fingerprint, Address, None).AsTask();
        Assert.True(await _logins.IsKnownAsync(key.Fingerprint, Address, None));
        Assert.False(delayed.IsCompleted);
        await Git.Wait.UntilAsync(() =>
        {
            _clock.Advance(_options.MaxDelay);
            return delayed.IsCompleted;
        });
        Assert.False(await delayed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SHA256:short")]
    [InlineData("MD5:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/..")]
    public async Task IsKnown_WhatIsNoFingerprint_IsNotLookedUp(string text)
    {
        Assert.False(await _logins.IsKnownAsync(text, Address, None));
        Assert.Equal(0, _throttle.Count);
    }

    private async Task<Caller?> LogInAsync(SshPublicKey key) => (await _logins.AuthenticateAsync(key.Fingerprint, null, None)).Caller;

    private async Task<(IProjectGrain Project, RepositoryName Hello)> CreateProjectAsync(bool isPublic = false)
    {
        var project = await _cluster.CreateProjectAsync(ClusterFixture.NewProjectKey(), isPublic);
        foreach (var name in (string[])["hello", "other"])
            Assert.True((await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse(name)), None)).IsDone);
        return (project, RepositoryName.Parse("hello"));
    }
}
