using System.Net;

namespace Granary.EndToEnd.Tests.Http;

public sealed class UrlTests(SharedServer shared)
{
    [Theory]
    [InlineData("")]
    [InlineData(".git")]
    [InlineData("/")]
    [InlineData(".git/")]
    public async Task Clone_AnyFormOfTheAddress_Works(string ending)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var url = repository.Server.RepositoryUrl($"{repository.Project}/{repository.Name}{ending}", SharedServer.Member, SharedServer.MemberPassword);
        await repository.Git.RunAsync("clone", "-q", url, "copy");
        var copy = repository.Git.In("copy");
        Assert.Equal(await work.RunAsync("rev-parse", "HEAD"), await copy.RunAsync("rev-parse", "HEAD"));
        await TestRepository.CommitAsync(copy, "more", "more\n");
        await copy.RunAsync("push", "-q", "origin", "main");
    }

    [Fact]
    public async Task Clone_WithOtherCaseInTheNames_Works()
    {
        using var repository = await shared.NewRepositoryAsync(@public: true);
        await repository.NewPushedWorkAsync();
        var path = $"{repository.Project.ToLowerInvariant()}/{repository.Name.ToUpperInvariant()}.git";
        await repository.Git.RunAsync("clone", "-q", repository.Server.RepositoryUrl(path), "copy");
    }

    [Fact]
    public async Task Renamed_CloneFetchAndPushByTheOldName_AreRedirected()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await shared.Admin.PostAsync($"projects/{repository.Project}/repositories/repo/rename", new { newName = "renamed" });

        var clone = await repository.Git.TryAsync("clone", repository.Url, "copy");
        Assert.Equal(0, clone.ExitCode);
        Assert.Contains("redirecting to", clone.Error, StringComparison.Ordinal);
        Assert.Contains($"{repository.Project}/renamed.git", clone.Error, StringComparison.Ordinal);

        var tip = await TestRepository.CommitAsync(work, "more", "more\n");
        await work.RunAsync("push", "origin", "main");
        await repository.Git.In("copy").RunAsync("fetch", "-q");
        Assert.Equal(tip, await repository.Git.In("copy").RunAsync("rev-parse", "origin/main"));
    }

    [Fact]
    public async Task Renamed_OldNameWithoutARight_IsNotRedirected()
    {
        using var repository = await shared.NewRepositoryAsync();
        await shared.Admin.PostAsync($"projects/{repository.Project}/repositories/repo/rename", new { newName = "secret" });
        var reply = await Wire.GetAsync($"{repository.AnonymousUrl}/info/refs?service=git-upload-pack");
        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("location", reply.Headers.Keys);
    }

    [Theory]
    [InlineData("git-upload-pack")]
    [InlineData("git-receive-pack")]
    public async Task Renamed_OldName_RedirectsToTheSameService(string service)
    {
        using var repository = await shared.NewRepositoryAsync();
        await shared.Admin.PostAsync($"projects/{repository.Project}/repositories/repo/rename", new { newName = "renamed" });
        var reply = await Wire.GetAsync($"{repository.AnonymousUrl}/info/refs?service={service}", Wire.MemberLogin);
        Assert.Equal(HttpStatusCode.MovedPermanently, reply.Status);
        Assert.Equal($"/{repository.Project}/renamed.git/info/refs?service={service}", reply.Headers["location"]);
        Assert.Contains("no-cache", reply.Headers["cache-control"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenamedInAnotherScript_OldName_LeadsThere()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        await shared.Admin.PostAsync($"projects/{repository.Project}/repositories/repo/rename", new { newName = "倉庫" });
        await repository.Git.RunAsync("clone", "-q", repository.Url, "copy");
        var url = repository.Server.RepositoryUrl($"{repository.Project}/倉庫.git", SharedServer.Member, SharedServer.MemberPassword);
        await repository.Git.RunAsync("ls-remote", "--exit-code", url, "main");
    }
}
