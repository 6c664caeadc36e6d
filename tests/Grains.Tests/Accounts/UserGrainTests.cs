using Granary.Accounts;
using Granary.Grains.Accounts;

namespace Granary.Grains.Tests.Accounts;

[Collection(ClusterCollection.Name)]
public sealed class UserGrainTests(ClusterFixture cluster)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Create_Reactivated_IsThereAndListed()
    {
        var name = ClusterFixture.NewName("Ünï");
        var caller = await cluster.CreateUserAsync(name);
        var user = cluster.Grains.GetUser(UserName.Parse(name.Value.ToUpperInvariant()));
        await cluster.ForgetAsync(user);
        Assert.Equal(name.Value, (await user.GetInfoAsync(None))!.Name.Value);
        Assert.Equal(caller.UserId, (await user.GetLoginStateAsync(None))!.UserId);
        var listed = await cluster.Grains.GetDirectory(IDirectoryGrain.Users).ListAsync(new PageRequest(10, null, name.Value), None);
        Assert.Equal([name.Value], listed.Items);
        var again = await user.CreateAsync(Caller.System, new NewUser(name, null), None);
        Assert.Equal(RefusalKind.AlreadyExists, again.Refusal!.Kind);
    }

    [Fact]
    public async Task Create_NotAdministrator_IsDenied()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var admin = await cluster.CreateUserAsync(ClusterFixture.NewName(), administrator: true);
        foreach (var caller in new[] { Caller.Anonymous, alice, admin with { Scope = AccessScope.Write } })
        {
            var name = ClusterFixture.NewName();
            var created = await cluster.Grains.GetUser(name).CreateAsync(caller, new NewUser(name, null), None);
            Assert.Equal(RefusalKind.PermissionDenied, created.Refusal!.Kind);
            Assert.Null(await cluster.Grains.GetUser(name).GetInfoAsync(None));
        }
    }

    [Fact]
    public async Task Update_OwnAndOthers_FollowTheRules()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var bob = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var user = cluster.Grains.GetUser(alice.User!.Value);
        var updated = await user.UpdateAsync(alice, new UserChanges("Alice 日本", "alice@example.com"), None);
        Assert.Equal(("Alice 日本", "alice@example.com"), (updated.Value!.DisplayName, updated.Value.Email));
        Assert.Equal(RefusalKind.PermissionDenied, (await user.UpdateAsync(bob, new UserChanges("x"), None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.PermissionDenied, (await user.UpdateAsync(alice, new UserChanges(IsAdministrator: true), None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.InvalidArgument, (await user.UpdateAsync(alice, new UserChanges(Email: "nobody"), None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.InvalidArgument, (await user.UpdateAsync(alice, new UserChanges("a\u202eb"), None)).Refusal!.Kind);
        Assert.Equal(
            RefusalKind.PermissionDenied, (await user.UpdateAsync(alice with { Scope = AccessScope.Write }, new UserChanges("x"), None)).Refusal!.Kind);
    }

    [Fact]
    public async Task Update_Disabled_EndsLoginsAtOnce()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var user = cluster.Grains.GetUser(alice.User!.Value);
        Assert.True((await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: true), None)).IsDone);
        Assert.Null(await user.GetLoginStateAsync(None));
        Assert.True((await user.GetInfoAsync(None))!.IsDisabled);
        Assert.True((await user.UpdateAsync(Caller.System, new UserChanges(IsDisabled: false), None)).IsDone);
        Assert.NotNull(await user.GetLoginStateAsync(None));
    }

    [Fact]
    public async Task AddKey_SameKeyTwice_IsRefusedForEverybody()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var bob = await cluster.CreateUserAsync(ClusterFixture.NewName());
        Assert.True(SshPublicKeyParser.TryParse(PublicKeys.Ed25519, out var key, out _));
        var grain = cluster.Grains.GetUser(alice.User!.Value);
        var other = cluster.Grains.GetUser(bob.User!.Value);
        Assert.Equal("test@granary", (await grain.AddKeyAsync(alice, key, "", None)).Value!.Title);
        Assert.Equal(RefusalKind.AlreadyExists, (await grain.AddKeyAsync(alice, key, "", None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.AlreadyExists, (await other.AddKeyAsync(bob, key, "", None)).Refusal!.Kind);
        Assert.Empty((await other.ListKeysAsync(bob, new PageRequest(10, null), None)).Value!.Items);
        Assert.Equal(alice.UserId, (await cluster.Grains.GetSshKey(key.Fingerprint).GetOwnerAsync(None))!.UserId);

        // Freed with its user, and then another's.
        Assert.True((await grain.DeleteAsync(Caller.System, None)).IsDone);
        Assert.Null(await cluster.Grains.GetSshKey(key.Fingerprint).GetOwnerAsync(None));
        Assert.True((await other.AddKeyAsync(bob, key, "laptop", None)).IsDone);
        Assert.True((await other.RemoveKeyAsync(bob, key.Fingerprint, None)).IsDone);
        Assert.Null(await cluster.Grains.GetSshKey(key.Fingerprint).GetOwnerAsync(None));
        Assert.Equal(RefusalKind.NotFound, (await other.RemoveKeyAsync(bob, key.Fingerprint, None)).Refusal!.Kind);
    }

    [Fact]
    public async Task AddKey_NotWhatItSays_IsRefused()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var forged = new SshPublicKey("ssh-ed25519", [1, 2, 3], "", "SHA256:somebody-elses");
        var added = await cluster.Grains.GetUser(alice.User!.Value).AddKeyAsync(alice, forged, "", None);
        Assert.Equal(RefusalKind.InvalidArgument, added.Refusal!.Kind);
    }

    [Fact]
    public async Task ListTokens_Pages_FollowCreation()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var user = cluster.Grains.GetUser(alice.User!.Value);
        for (var i = 0; i < 5; i++) Assert.True((await user.AddTokenAsync(alice, NewToken(out _, description: $"{i}"), None)).IsDone);
        var first = (await user.ListTokensAsync(alice, new PageRequest(3, null), None)).Value!;
        var second = (await user.ListTokensAsync(alice, new PageRequest(3, first.NextAfter), None)).Value!;
        Assert.Equal(["0", "1", "2", "3", "4"], first.Items.Concat(second.Items).Select(token => token.Description));
        Assert.Null(second.NextAfter);
    }

    [Fact]
    public async Task AddToken_WithoutAdminScope_IsDenied()
    {
        var alice = await cluster.CreateUserAsync(ClusterFixture.NewName());
        var user = cluster.Grains.GetUser(alice.User!.Value);
        var added = await user.AddTokenAsync(alice with { Scope = AccessScope.Write }, NewToken(out _, AccessScope.Read), None);
        Assert.Equal(RefusalKind.PermissionDenied, added.Refusal!.Kind);
        Assert.Equal(RefusalKind.InvalidArgument, (await user.AddTokenAsync(alice, NewToken(out _, AccessScope.None), None)).Refusal!.Kind);
        var past = NewToken(out _) with { ExpiresAt = cluster.Clock.GetUtcNow().AddSeconds(-1) };
        Assert.Equal(RefusalKind.InvalidArgument, (await user.AddTokenAsync(alice, past, None)).Refusal!.Kind);
    }

    [Fact]
    public async Task Delete_ThenRecreated_InheritsNothing()
    {
        var name = ClusterFixture.NewName();
        var alice = await cluster.CreateUserAsync(name);
        var user = cluster.Grains.GetUser(name);
        await user.AddTokenAsync(alice, NewToken(out var secret), None);
        Assert.Equal(RefusalKind.PermissionDenied, (await user.DeleteAsync(alice, None)).Refusal!.Kind);
        Assert.True((await user.DeleteAsync(Caller.System, None)).IsDone);
        Assert.Null(await user.GetInfoAsync(None));
        Assert.Equal(RefusalKind.NotFound, (await user.DeleteAsync(Caller.System, None)).Refusal!.Kind);
        Assert.Empty((await cluster.Grains.GetDirectory(IDirectoryGrain.Users).ListAsync(new PageRequest(1, null, name.Value), None)).Items);
        var again = await cluster.CreateUserAsync(name);
        Assert.NotEqual(alice.UserId, again.UserId);
        Assert.Null(await cluster.Grains.GetAccessToken(AccessToken.Hash(secret)).GetGrantAsync(None));
        Assert.Empty((await user.ListTokensAsync(again, new PageRequest(10, null), None)).Value!.Items);
        Assert.Equal(RefusalKind.PermissionDenied, (await user.UpdateAsync(alice, new UserChanges("ghost"), None)).Refusal!.Kind);
    }

    [Fact]
    public async Task Administrators_LastOne_CannotLeave()
    {
        // Every administrator of the other tests leaves; the last of all may not.
        var first = await cluster.CreateUserAsync(ClusterFixture.NewName("admin"), administrator: true);
        var second = await cluster.CreateUserAsync(ClusterFixture.NewName("admin"), administrator: true);
        var directory = cluster.Grains.GetDirectory(DirectoryGrain.Administrators);
        foreach (var other in (await directory.ListAsync(new PageRequest(1000, null), None)).Items)
        {
            if (other == first.User!.Value.Value || other == second.User!.Value.Value) continue;
            var demoted = await cluster.Grains.GetUser(UserName.Parse(other)).UpdateAsync(Caller.System, new UserChanges(IsAdministrator: false), None);
            Assert.True(demoted.IsDone);
        }

        var one = cluster.Grains.GetUser(first.User!.Value);
        var two = cluster.Grains.GetUser(second.User!.Value);
        Assert.True((await one.UpdateAsync(Caller.System, new UserChanges(IsDisabled: true), None)).IsDone);
        Assert.Equal(RefusalKind.FailedPrecondition, (await two.UpdateAsync(second, new UserChanges(IsDisabled: true), None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.FailedPrecondition, (await two.UpdateAsync(second, new UserChanges(IsAdministrator: false), None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.FailedPrecondition, (await two.DeleteAsync(second, None)).Refusal!.Kind);
        Assert.NotNull(await two.GetLoginStateAsync(None));
        Assert.True((await one.UpdateAsync(Caller.System, new UserChanges(IsDisabled: false), None)).IsDone);
        Assert.True((await two.DeleteAsync(second, None)).IsDone);
    }

    internal static NewAccessToken NewToken(out string secret, AccessScope scope = AccessScope.Write, string description = "")
    {
        secret = AccessToken.Generate();
        return new NewAccessToken(AccessToken.Hash(secret), scope, null, description);
    }
}
