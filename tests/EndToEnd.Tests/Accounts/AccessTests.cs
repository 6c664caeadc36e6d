using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Accounts;

/// <summary>Who may do what, seen over the wire.</summary>
public sealed partial class AccessTests(SharedServer shared)
{
    private const string Password = "a good long password";

    [Fact]
    public async Task Push_ByAViewer_IsForbidden()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var viewer = await NewUserAsync(repository, "viewer");
        var push = await work.TryAsync("push", repository.UrlAs(viewer, Password), "main:refs/heads/other");
        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains("403", push.Error, StringComparison.Ordinal);
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.ReceivePack, Wire.Flush, Api.Basic(viewer, Password));
        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
        Assert.Contains("You may read this repository but not push to it.", reply.Text, StringComparison.Ordinal);
        await repository.Git.RunAsync("clone", "-q", repository.UrlAs(viewer, Password), "copy");
    }

    [Fact]
    public async Task Anonymous_OnAPublicProject_ReadsButMustLogInToPush()
    {
        using var repository = await shared.NewRepositoryAsync(@public: true);
        var work = await repository.NewPushedWorkAsync();
        await repository.Git.RunAsync("clone", "-q", repository.AnonymousUrl, "copy");
        Assert.NotEqual(0, (await work.TryAsync("push", repository.AnonymousUrl, "main:refs/heads/other")).ExitCode);
        var reply = await Wire.GetAsync($"{repository.AnonymousUrl}/info/refs?service=git-receive-pack");
        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.StartsWith("Basic realm=\"Granary\"", reply.Headers["www-authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingAndPrivate_AnyCallerAndRequest_AreAnsweredTheSame()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var outsider = SharedServer.NewName("outsider");
        await shared.Admin.CreateUserAsync(outsider, Password);
        string[] paths = [repository.Path, $"{repository.Project}/missing.git", $"{SharedServer.NewName("None")}/repo.git"];
        foreach (var login in (AuthenticationHeaderValue?[])[null, Api.Basic(outsider, Password)])
        {
            foreach (var service in (string[])[Wire.UploadPack, Wire.ReceivePack])
            {
                var advertisements = new List<string>();
                var answers = new List<string>();
                foreach (var path in paths)
                {
                    var url = shared.Server.RepositoryUrl(path);
                    advertisements.Add(Comparable(await Wire.GetAsync($"{url}/info/refs?service={service}", login)));
                    answers.Add(Comparable(await Wire.PostAsync(url, service, Wire.Flush, login)));
                }

                Assert.Single(advertisements.Distinct());
                Assert.Single(answers.Distinct());
                Assert.StartsWith(login is null ? "Unauthorized" : "NotFound", answers[0], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task MissingAndPrivate_OverJson_AreAnsweredTheSame()
    {
        using var repository = await shared.NewRepositoryAsync();
        var outsider = SharedServer.NewName("outsider");
        await shared.Admin.CreateUserAsync(outsider, Password);
        foreach (var login in (AuthenticationHeaderValue?[])[null, Api.Basic(outsider, Password)])
        {
            foreach (var path in (string[])["", "/repositories", "/members", "/repositories/repo"])
            {
                var hidden = Comparable(await Wire.GetAsync($"{shared.Server.Url}/api/v1/projects/{repository.Project}{path}", login));
                var missing = Comparable(await Wire.GetAsync($"{shared.Server.Url}/api/v1/projects/None{path}", login));
                Assert.StartsWith(login is null ? "Unauthorized" : "NotFound", hidden, StringComparison.Ordinal);
                Assert.Equal(
                    missing.Replace("None", "KEY", StringComparison.OrdinalIgnoreCase),
                    hidden.Replace(repository.Project, "KEY", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [Fact]
    public async Task Member_Removed_IsRefusedOnTheNextRequest()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var user = await NewUserAsync(repository, "member");
        await repository.Git.RunAsync("ls-remote", repository.UrlAs(user, Password));
        await shared.Admin.DeleteAsync($"projects/{repository.Project}/members/{user}");
        var url = $"{repository.AnonymousUrl}/info/refs?service=git-upload-pack";
        Assert.Equal(HttpStatusCode.NotFound, (await Wire.GetAsync(url, Api.Basic(user, Password))).Status);
    }

    [Fact]
    public async Task Project_MadePrivate_IsClosedOnTheNextRequest()
    {
        using var repository = await shared.NewRepositoryAsync(@public: true);
        await repository.NewPushedWorkAsync();
        var url = $"{repository.AnonymousUrl}/info/refs?service=git-upload-pack";
        Assert.Equal(HttpStatusCode.OK, (await Wire.GetAsync(url)).Status);
        await shared.Admin.PatchAsync($"projects/{repository.Project}", new Dictionary<string, object> { ["public"] = false });
        Assert.Equal(HttpStatusCode.Unauthorized, (await Wire.GetAsync(url)).Status);
    }

    [Fact]
    public async Task Repository_DeletedAndRestored_IsGoneAndBack()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var before = await repository.RefsAsync();
        var deleted = await shared.Admin.DeleteAsync($"projects/{repository.Project}/repositories/repo");
        var url = $"{repository.AnonymousUrl}/info/refs?service=git-upload-pack";
        Assert.Equal(HttpStatusCode.NotFound, (await Wire.GetAsync(url, Wire.MemberLogin)).Status);
        var id = deleted.GetProperty("repositoryId").GetString();
        await shared.Admin.PostAsync($"projects/{repository.Project}/deleted-repositories/{id}/restore", new { });
        Assert.Equal(before, await repository.RefsAsync());
    }

    private async Task<string> NewUserAsync(TestRepository repository, string role)
    {
        var user = SharedServer.NewName(role);
        await shared.Admin.CreateUserAsync(user, Password);
        await shared.Admin.SetMemberAsync(repository.Project, user, role);
        return user;
    }

    /// <summary>All of an answer but what must differ: the request's id and the time.</summary>
    private static string Comparable(HttpReply reply)
    {
        var headers = reply.Headers.Where(static h => h.Key != "date").OrderBy(static h => h.Key, StringComparer.Ordinal);
        return RequestId().Replace($"{reply.Status}\n{string.Join('\n', headers.Select(static h => $"{h.Key}: {h.Value}"))}\n{reply.Text}", "ID");
    }

    [GeneratedRegex("0H[0-9A-Z]{10,}:[0-9A-F]{8}")]
    private static partial Regex RequestId();
}
