using System.Net;
using System.Net.Http.Headers;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Accounts;

/// <summary>Passwords and tokens: what is refused, is refused from the very next request on.</summary>
public sealed class LoginTests(SharedServer shared)
{
    private const string Password = "a good long password";

    [Fact]
    public async Task Password_Wrong_IsRefusedWithARealm()
    {
        var (url, user) = await NewUserAsync();
        foreach (var login in (AuthenticationHeaderValue[])
            [Api.Basic(user, "another password"), Api.Basic("nobody", Password), new("Basic", "%%%"), new("Bearer", "nonsense"), new("Digest", "x")])
        {
            var reply = await Wire.GetAsync(url, login);
            Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
            Assert.StartsWith("Basic realm=\"Granary\"", reply.Headers["www-authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Password_WrongOnAPublicRepository_IsRefusedAllTheSame()
    {
        using var repository = await shared.NewRepositoryAsync(@public: true);
        var url = $"{repository.AnonymousUrl}/info/refs?service=git-upload-pack";
        Assert.Equal(HttpStatusCode.Unauthorized, (await Wire.GetAsync(url, Api.Basic("nobody", "wrong password"))).Status);
    }

    [Fact]
    public async Task Password_Changed_OldOneIsRefusedAtOnce()
    {
        var (url, user) = await NewUserAsync();
        await AssertStatusAsync(HttpStatusCode.OK, url, Api.Basic(user, Password));
        await shared.Admin.PutAsync($"users/{user}/password", new { password = "the next password" });
        await AssertStatusAsync(HttpStatusCode.Unauthorized, url, Api.Basic(user, Password));
        await AssertStatusAsync(HttpStatusCode.OK, url, Api.Basic(user, "the next password"));
    }

    [Fact]
    public async Task User_Disabled_IsRefusedByAnyMeansAndBackWhenEnabled()
    {
        var (url, user) = await NewUserAsync();
        var (token, _) = await shared.Admin.CreateTokenAsync(user, "read");
        AuthenticationHeaderValue[] logins = [Api.Basic(user, Password), Api.Basic(user, token), new("Bearer", token)];
        foreach (var login in logins) await AssertStatusAsync(HttpStatusCode.OK, url, login);
        await shared.Admin.PatchAsync($"users/{user}", new { disabled = true });
        foreach (var login in logins) await AssertStatusAsync(HttpStatusCode.Unauthorized, url, login);
        await shared.Admin.PatchAsync($"users/{user}", new { disabled = false });
        foreach (var login in logins) await AssertStatusAsync(HttpStatusCode.OK, url, login);
    }

    [Fact]
    public async Task User_DeletedAndMadeAgain_HasNothingOfTheOldOne()
    {
        var (url, user) = await NewUserAsync();
        var (token, _) = await shared.Admin.CreateTokenAsync(user, "read");
        await AssertStatusAsync(HttpStatusCode.OK, url, Api.Basic(user, Password));
        await shared.Admin.DeleteAsync($"users/{user}");
        await AssertStatusAsync(HttpStatusCode.Unauthorized, url, Api.Basic(user, Password));
        await shared.Admin.CreateUserAsync(user, "the new one's password");
        await AssertStatusAsync(HttpStatusCode.Unauthorized, url, Api.Basic(user, token));
        await AssertStatusAsync(HttpStatusCode.NotFound, url, Api.Basic(user, "the new one's password"));
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedAtOnce()
    {
        var (url, user) = await NewUserAsync();
        var (token, id) = await shared.Admin.CreateTokenAsync(user, "read");
        await AssertStatusAsync(HttpStatusCode.OK, url, new("Bearer", token));
        await shared.Admin.DeleteAsync($"users/{user}/tokens/{id}");
        await AssertStatusAsync(HttpStatusCode.Unauthorized, url, new("Bearer", token));
        await AssertStatusAsync(HttpStatusCode.Unauthorized, url, Api.Basic(user, token));
    }

    [Fact]
    public async Task Token_WithAnExpiry_IsRefusedOnceItIsReached()
    {
        var (url, user) = await NewUserAsync();
        var (token, _) = await shared.Admin.CreateTokenAsync(user, "read", DateTimeOffset.UtcNow.AddSeconds(5));
        await AssertStatusAsync(HttpStatusCode.OK, url, new("Bearer", token));
        await Until.HoldsAsync("the token is refused", IsRefusedAsync, TimeSpan.FromSeconds(20));

        async Task<bool> IsRefusedAsync() => (await Wire.GetAsync(url, new("Bearer", token))).Status == HttpStatusCode.Unauthorized;
    }

    [Fact]
    public async Task Token_UnderAnotherUsersName_IsRefused()
    {
        var (url, user) = await NewUserAsync();
        var (token, _) = await shared.Admin.CreateTokenAsync(user, "read");
        await AssertStatusAsync(HttpStatusCode.Unauthorized, url, Api.Basic(SharedServer.Member, token));
    }

    [Fact]
    public async Task Token_OfScopeRead_ClonesButDoesNotPush()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var (read, _) = await shared.Admin.CreateTokenAsync(SharedServer.Member, "read");
        var (write, _) = await shared.Admin.CreateTokenAsync(SharedServer.Member, "write");
        await repository.Git.RunAsync("clone", "-q", repository.UrlAs(SharedServer.Member, read), "copy");
        var push = await work.TryAsync("push", repository.UrlAs(SharedServer.Member, read), "main:refs/heads/other");
        Assert.Contains("403", push.Error, StringComparison.Ordinal);
        await work.RunAsync("push", "-q", repository.UrlAs(SharedServer.Member, write), "main:refs/heads/other");
    }

    [Fact]
    public async Task Token_OfScopeWrite_DoesNotManageAccounts()
    {
        var (token, _) = await shared.Admin.CreateTokenAsync(GranaryServer.AdminName, "write");
        using var api = shared.Admin.As("", token);
        var reply = await api.SendAsync(HttpMethod.Post, "users", new { name = SharedServer.NewName("u"), password = Password });
        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
    }

    [Fact]
    public async Task Token_AsBearerOfRealGit_ClonesAndPushes()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var (token, _) = await shared.Admin.CreateTokenAsync(SharedServer.Member, "write");
        var header = $"http.extraHeader=Authorization: Bearer {token}";
        await repository.Git.RunAsync("-c", header, "clone", "-q", repository.AnonymousUrl, "copy");
        await work.RunAsync("-c", header, "push", "-q", repository.AnonymousUrl, "main:refs/heads/other");
    }

    private static async Task AssertStatusAsync(HttpStatusCode expected, string url, AuthenticationHeaderValue login) =>
        Assert.Equal(expected, (await Wire.GetAsync(url, login)).Status);

    /// <summary>A user who may read a private repository, and the address to try it at.</summary>
    private async Task<(string Url, string User)> NewUserAsync()
    {
        using var repository = await shared.NewRepositoryAsync();
        var user = SharedServer.NewName("user");
        await shared.Admin.CreateUserAsync(user, Password);
        await shared.Admin.SetMemberAsync(repository.Project, user, "viewer");
        return ($"{repository.AnonymousUrl}/info/refs?service=git-upload-pack", user);
    }
}
