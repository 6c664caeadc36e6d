using System.Net;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Policy;

/// <summary>Protection rules as people who push meet them.</summary>
public sealed class ProtectionTests(SharedServer shared)
{
    private const string Password = "a good long password";

    [Fact]
    public async Task ForcedPush_ToAProtectedBranch_IsRefusedAndAFastForwardIsNot()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 2);
        await repository.ProtectAsync(new { pattern = "main", noForce = true });
        await work.RunAsync("commit", "-q", "--amend", "-m", "Another");
        await repository.AssertRefusedAsync(work, "the rule 'refs/heads/main' allows no forced push; fetch, merge or rebase", "--force", "origin", "main");
        await work.RunAsync("push", "-q", "--force", "origin", "main:refs/heads/free");
        await work.RunAsync("reset", "-q", "--hard", "origin/main");
        await TestRepository.CommitAsync(work, "later", "later\n");
        await work.RunAsync("push", "-q", "origin", "main");
    }

    [Fact]
    public async Task Deletion_OfProtectedRefs_IsRefusedUntilTheRuleIsRemoved()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/release/1.0", "main:refs/heads/other", "main:refs/tags/v1");
        await repository.ProtectAsync(new { pattern = "release/*", noDeletion = true });
        await repository.ProtectAsync(new { pattern = "refs/tags/**", noDeletion = true });
        await repository.AssertRefusedAsync(work, "the rule 'refs/heads/release/*' protects the ref from deletion", "origin", ":refs/heads/release/1.0");
        await repository.AssertRefusedAsync(work, "the rule 'refs/tags/**' protects the ref from deletion", "origin", ":refs/tags/v1");
        await work.RunAsync("push", "-q", "origin", ":refs/heads/other");
        await shared.Admin.DeleteAsync($"projects/{repository.Project}/repositories/repo/protection-rules/refs/heads/release/*");
        await work.RunAsync("push", "-q", "origin", ":refs/heads/release/1.0");
    }

    [Fact]
    public async Task Tag_ThatMayNotBeForced_DoesNotMove()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync(commits: 2);
        await work.RunAsync("push", "-q", "origin", "main~1:refs/tags/v1");
        await repository.ProtectAsync(new { pattern = "refs/tags/**", noForce = true });
        await repository.AssertRefusedAsync(work, "the rule 'refs/tags/**' allows no forced push", "--force", "origin", "main:refs/tags/v1");
        await work.RunAsync("push", "-q", "origin", "main:refs/tags/v2");
    }

    [Fact]
    public async Task DefaultBranch_IsDeletedOnlyWhenThePushSaysSo()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.AssertRefusedAsync(work, "this is the default branch; make another one the default first", "origin", ":refs/heads/main");
        await work.RunAsync("push", "-q", "-o", "granary.allow-delete-default-branch", "origin", ":refs/heads/main");
        Assert.Equal("", await repository.RefsAsync());
    }

    [Fact]
    public async Task Push_ToABranchOfOthers_IsForThoseOfTheRoleOrNamed()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        var named = SharedServer.NewName("named");
        await shared.Admin.CreateUserAsync(named, Password);
        await shared.Admin.SetMemberAsync(repository.Project, named, "member");
        await repository.ProtectAsync(new { pattern = "main", pushers = new { role = "admin", users = new[] { named } } });
        await TestRepository.CommitAsync(work, "later", "later\n");
        await repository.AssertRefusedAsync(
            work, $"only administrators of the project and {named} may push to refs protected by the rule", "origin", "main");
        await work.RunAsync("push", "-q", repository.UrlAs(named, Password), "main");
        await TestRepository.CommitAsync(work, "later still", "later\n");
        await work.RunAsync("push", "-q", repository.UrlAs(GranaryServer.AdminName, GranaryServer.AdminPassword), "main");

        // Who is made anew under a name that was trusted is somebody else.
        await shared.Admin.DeleteAsync($"users/{named}");
        await shared.Admin.CreateUserAsync(named, Password);
        await shared.Admin.SetMemberAsync(repository.Project, named, "member");
        await TestRepository.CommitAsync(work, "last", "last\n");
        await repository.AssertRefusedAsync(work, "may push to refs protected", repository.UrlAs(named, Password), "main");
    }

    [Fact]
    public async Task Commits_ThatAreNotAsTheRuleWants_AreRefusedWithTheirReason()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.ProtectAsync(new
        {
            pattern = "main",
            commits = new { signedOff = true, message = "^PROJ-[0-9]+ ", authorMail = "@example\\.org$" },
        });
        await TestRepository.CommitAsync(work, "a", "a\n");
        await repository.AssertRefusedAsync(work, "has a message that does not match '^PROJ-[0-9]+ '", "origin", "main");

        // Another branch takes it, and does not make it any older for the protected one.
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/free");
        await repository.AssertRefusedAsync(work, "has a message that does not match", "origin", "main");
        await work.RunAsync("commit", "-q", "--amend", "-m", "PROJ-1 Something");
        await repository.AssertRefusedAsync(work, "is not signed off; commit with 'git commit --signoff'", "origin", "main");
        await work.RunAsync("commit", "-q", "--amend", "--signoff", "--author", "M <m@example.com>", "-m", "PROJ-1 Something");
        await repository.AssertRefusedAsync(work, "has the author mail 'm@example.com', which does not match", "origin", "main");
        await work.RunAsync("commit", "-q", "--amend", "--signoff", "--author", "M <m@example.org>", "-m", "PROJ-1 Something");
        await work.RunAsync("push", "-q", "origin", "main");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Push_OfAnAllowedAndAProtectedRef_IsDecidedForEach(bool protectedFirst, bool atomic)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.ProtectAsync(new { pattern = "kept", pushers = new { role = "admin" } });
        await TestRepository.CommitAsync(work, "later", "later\n");
        string[] refs = protectedFirst ? ["main:refs/heads/kept", "main:refs/heads/free"] : ["main:refs/heads/free", "main:refs/heads/kept"];
        var push = await work.TryAsync(["push", .. atomic ? ["--atomic"] : Array.Empty<string>(), "origin", .. refs]);
        Assert.NotEqual(0, push.ExitCode);
        var after = await repository.RefsAsync();
        Assert.DoesNotContain("refs/heads/kept", after, StringComparison.Ordinal);
        Assert.Equal(!atomic, after.Contains("refs/heads/free", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RawPush_OfAnAllowedAndAProtectedRef_InTheOrderOfTheWire_IsDecidedForEach(bool protectedFirst)
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.ProtectAsync(new { pattern = "kept", pushers = new { role = "admin" } });
        var head = await work.RunAsync("rev-parse", "HEAD");
        string[] names = protectedFirst ? ["refs/heads/kept", "refs/heads/a"] : ["refs/heads/a", "refs/heads/kept"];
        byte[] body =
        [
            .. Wire.Pkt($"{Wire.Zero} {head} {names[0]}\0 report-status"), .. Wire.Pkt($"{Wire.Zero} {head} {names[1]}"), .. Wire.Flush, .. Wire.EmptyPack,
        ];
        var reply = await Wire.PostAsync(repository.AnonymousUrl, Wire.ReceivePack, body, Wire.MemberLogin);
        Assert.Contains("ok refs/heads/a", reply.Text, StringComparison.Ordinal);
        Assert.Contains("ng refs/heads/kept only administrators of the project may push", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_AreForAdministratorsOfTheProject()
    {
        using var repository = await shared.NewRepositoryAsync();
        var member = shared.Server.Admin.As(SharedServer.Member, SharedServer.MemberPassword);
        var path = $"projects/{repository.Project}/repositories/repo/protection-rules";
        Assert.Equal(HttpStatusCode.Forbidden, (await member.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await member.SendAsync(HttpMethod.Post, path, new { pattern = "main", noForce = true })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shared.Admin.Anonymous().SendAsync(HttpMethod.Get, path)).Status);
    }

    [Theory]
    [InlineData("""{"pattern":"main"}""", "protects against nothing")]
    [InlineData("""{"pattern":"a b","noForce":true}""", "is not a pattern of refs")]
    [InlineData("""{"pattern":"","noForce":true}""", "may not be empty")]
    [InlineData("""{"pattern":"main","commits":{"message":"(a"}}""", "is malformed")]
    [InlineData("""{"pattern":"main","commits":{"message":"(?=a)"}}""", "too costly")]
    [InlineData("""{"pattern":"main","commits":{"message":"((a{1,1000}){1,1000}){1,1000}"}}""", "too costly")]
    [InlineData("""{"pattern":"main","pushers":{"role":"viewer"}}""", "'member' or 'admin'")]
    [InlineData("""{"pattern":"main","pushers":{"users":["nobody-of-that-name"]}}""", "There is no user")]
    public async Task Rule_ThatCannotBe_IsRefusedWithASentence(string json, string sentence)
    {
        using var repository = await shared.NewRepositoryAsync();
        var rule = System.Text.Json.JsonDocument.Parse(json).RootElement;
        var reply = await shared.Admin.SendAsync(HttpMethod.Post, $"projects/{repository.Project}/repositories/repo/protection-rules", rule);
        Assert.True(reply.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, reply.Text);
        Assert.Contains(sentence, reply.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
