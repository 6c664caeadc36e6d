using System.Net;
using System.Net.Http.Headers;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Accounts;

public sealed class ThrottleTests(SharedServer shared)
{
    private const string Password = "a good long password";

    [Fact]
    public async Task FailedLogins_OfOneUser_AreSlowedButARememberedLoginIsNot()
    {
        using var repository = await shared.NewRepositoryAsync();
        var user = SharedServer.NewName("victim");
        await shared.Admin.CreateUserAsync(user, Password);
        await shared.Admin.SetMemberAsync(repository.Project, user, "viewer");
        var url = $"{repository.AnonymousUrl}/info/refs?service=git-upload-pack";
        Assert.Equal(HttpStatusCode.OK, (await Wire.GetAsync(url, Api.Basic(user, Password))).Status);

        var guesses = Enumerable.Range(0, 40).Select(i => Wire.GetAsync(url, Api.Basic(user, $"guess number {i}"))).ToList();
        var first = await Task.WhenAny(guesses.Select(static async g => (await g).Status == HttpStatusCode.TooManyRequests ? "refused" : await Never()))
            .WaitAsync(Until.DefaultBound);
        Assert.Equal("refused", await first);

        // While the others still wait their turn, the owner goes on as before.
        Assert.Equal(HttpStatusCode.OK, (await Wire.GetAsync(url, Api.Basic(user, Password))).Status);
        Assert.Contains(guesses, static g => !g.IsCompleted);

        var answers = await Task.WhenAll(guesses);
        Assert.All(answers, static a => Assert.True(a.Status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
        Assert.All(answers.Where(static a => a.Status == HttpStatusCode.TooManyRequests), static a => Assert.Contains("retry-after", a.Headers.Keys));

        static async Task<string> Never()
        {
            await Task.Delay(Timeout.Infinite);
            return "";
        }
    }

    [Fact]
    public async Task FailedLogins_OfOneAddress_AreSlowedByTheProxysWord()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Accounts__FreeFailuresPerAddress"] = "2",
            ["Granary__Accounts__MaxWaiters"] = "0",
            ["Granary__Http__TrustedProxies__0"] = "127.0.0.1",
        });
        var url = $"{server.Url}/P/repo.git/info/refs?service=git-upload-pack";
        Assert.Equal(HttpStatusCode.Unauthorized, await LoginAsync("198.51.100.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await LoginAsync("198.51.100.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await LoginAsync("198.51.100.1"));

        // Another client of the same proxy is not made to pay for it.
        Assert.Equal(HttpStatusCode.Unauthorized, await LoginAsync("198.51.100.2"));

        async Task<HttpStatusCode> LoginAsync(string address) =>
            (await Wire.GetAsync(url, Api.Basic(Guid.NewGuid().ToString("N"), "wrong password"), r => r.Headers.Add("X-Forwarded-For", address))).Status;
    }

    [Fact]
    public async Task ForwardedFor_FromAnUntrustedClient_IsNotBelieved()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Accounts__FreeFailuresPerAddress"] = "2",
            ["Granary__Accounts__MaxWaiters"] = "0",
        });
        var url = $"{server.Url}/P/repo.git/info/refs?service=git-upload-pack";
        var statuses = new List<HttpStatusCode>();
        for (var i = 1; i <= 3; i++)
        {
            var login = Api.Basic(Guid.NewGuid().ToString("N"), "wrong password");
            statuses.Add((await Wire.GetAsync(url, login, r => r.Headers.Add("X-Forwarded-For", $"198.51.100.{i}"))).Status);
        }

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], statuses);
    }
}
