using System.Text;
using Granary.Tests.Harness;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Security.Tests.Rights;

/// <summary>Passwords and tokens go in and never come out: not in answers, not in the log, not in any file of the data folder.</summary>
[Collection(RightsCollection.Name)]
public sealed class SecretTests(RightsWorld world)
{
    [Fact]
    public async Task Secrets_UsedInEveryWay_AreSeenNowhere()
    {
        var answers = new StringBuilder();
        using var client = new ApiClient(world.Server);
        foreach (var role in RightsModel.Roles)
        {
            foreach (var login in RightsModel.Logins.Where(static l => l != "none"))
            {
                var header = world.LoginOf(role, login);
                foreach (var path in (string[])["/api/v1/user", "/api/v1/users/u-" + role, $"/api/v1/users/u-{role}/tokens", "/api/v1/projects/PRIV/members", "/PRIV/live.git/info/refs?service=git-receive-pack"])
                    answers.AppendLine((await client.SendAsync(HttpMethod.Get, path, null, header)).Text);

                // The secret where it does not belong: in a path, a query, a field, a name.
                var secret = header!.Parameter!;
                foreach (var path in (string[])[$"/PRIV/live.git/info/refs?service={secret}", $"/api/v1/projects/{Uri.EscapeDataString(secret)}", $"/api/v1/projects?pageToken={Uri.EscapeDataString(secret)}"])
                    _ = await client.SendAsync(HttpMethod.Get, path, null, header);
                answers.AppendLine((await client.SendAsync(HttpMethod.Post, "/api/v1/projects", "{\"key\":5,\"displayName\":", header)).Text);
            }
        }

        await PushAsync(answers);
        AssertAbsent("an answer", answers.ToString());
        AssertAbsent("the log", world.Server.Output);
        foreach (var file in Directory.EnumerateFiles(world.Server.DataPath, "*", SearchOption.AllDirectories).Where(static f => Path.GetFileName(f) != "lock"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            AssertAbsent(file, await reader.ReadToEndAsync());
        }
    }

    [Fact]
    public void AssertAbsent_OfASecretInAnyForm_Fails()
    {
        var secret = world.Secrets[1];
        foreach (var text in (string[])[secret, Uri.EscapeDataString(secret), $"x{Convert.ToBase64String(Encoding.UTF8.GetBytes("u-guest:" + secret))}"])
            Assert.ThrowsAny<Exception>(() => AssertAbsent("a text", "before" + text + "after"));
    }

    /// <summary>A push whose address holds the login, with options; git prints the address without it, the server's words are in the answer.</summary>
    private async Task PushAsync(StringBuilder answers)
    {
        using var folder = new TemporaryFolder();
        var git = GitClient.Create(folder.Path);
        await git.RunAsync("init", "-q", "work");
        var work = git.In("work");
        await work.RunAsync("commit", "-q", "--allow-empty", "-m", "x");
        var login = Encoding.UTF8.GetString(Convert.FromBase64String(world.LoginOf("member", "password")!.Parameter!)).Split(':', 2);
        var push = await work.TryAsync("push", "-o", "an=option", world.Server.RepositoryUrl("PRIV/live.git", login[0], login[1]), "HEAD:refs/heads/main");
        Assert.Equal(0, push.ExitCode);
        answers.AppendLine(string.Join('\n', push.Error.Split('\n').Where(static line => line.StartsWith("remote:", StringComparison.Ordinal))));
    }

    private void AssertAbsent(string where, string text)
    {
        foreach (var secret in world.Secrets)
        {
            foreach (var form in Forms(secret)) Assert.False(text.Contains(form, StringComparison.Ordinal), $"{where} holds a secret");
        }
    }

    /// <summary>Plain, as in an address, and in Base64 at each of the three places in a group.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        for (var skipped = 0; skipped < 3; skipped++) yield return Convert.ToBase64String(bytes.AsSpan(skipped, (bytes.Length - skipped) / 3 * 3));
    }
}
