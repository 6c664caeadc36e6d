using System.Net;
using System.Security.Cryptography;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Policy;

/// <summary>Limits on what a push brings: refused while it is in quarantine, with a sentence that says what to do.</summary>
public sealed class LimitTests(SharedServer shared)
{
    [Fact]
    public async Task File_LargerThanTheLimit_IsRefusedByPathAndSize()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.SetPolicyAsync(new { maxFileSize = "10000" });
        Directory.CreateDirectory(Path.Combine(work.Folder, "a folder"));
        await TestRepository.CommitAsync(work, "a folder/large file", new string('x', 20_000));
        await TestRepository.CommitAsync(work, "small", "small\n");
        await repository.AssertRefusedAsync(work, "the file 'a folder/large file' (", "origin", "main");
        await repository.AssertRefusedAsync(work, "has 19.53 KiB and files may have at most 9.77 KiB here; take it out of every commit", "origin", "main");
        await AssertNothingLeftAsync(repository);
    }

    [Fact]
    public async Task File_LargeInADeltaOnly_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        var text = new string('x', 9_000);
        await TestRepository.CommitAsync(work, "growing", text);
        await work.RunAsync("push", "-q", "origin", "main");
        await repository.SetPolicyAsync(new { maxFileSize = "10000" });
        await TestRepository.CommitAsync(work, "growing", text + new string('x', 3_000));
        await repository.AssertRefusedAsync(work, "the file 'growing'", "origin", "main");
    }

    [Fact]
    public async Task LargeFile_ThatIsThereAlready_StopsNobody()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        var random = Convert.ToHexString(RandomNumberGenerator.GetBytes(10_000));
        await TestRepository.CommitAsync(work, "large", random);
        await work.RunAsync("push", "-q", "origin", "main");
        await repository.SetPolicyAsync(new { maxFileSize = "15000" });

        // A thin pack: the large file is the base of a delta and is put into the quarantine's pack.
        await TestRepository.CommitAsync(work, "large", random[..14_000]);
        await work.RunAsync("push", "-q", "origin", "main");
    }

    [Fact]
    public async Task Repository_AtItsLimit_RefusesThePackAndKeepsNothingOfIt()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.SetPolicyAsync(new { maxRepositorySize = "200000" });
        await CommitRandomAsync(work, "one", 120_000);
        await work.RunAsync("push", "-q", "origin", "main");
        await CommitRandomAsync(work, "two", 120_000);
        await repository.AssertRefusedAsync(work, "would be larger than its limit of 195.31 KiB; push less, or ask an administrator", "origin", "main");
        await AssertNothingLeftAsync(repository);
        await work.RunAsync("push", "-q", "origin", "main~1:refs/heads/still");
    }

    [Fact]
    public async Task ConcurrentPushes_DoNotPassTheLimitTogether()
    {
        using var repository = await shared.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        await repository.SetPolicyAsync(new { maxRepositorySize = "500000" });
        var works = new List<Git>();
        for (var i = 0; i < 8; i++)
        {
            await repository.Git.RunAsync("clone", "-q", repository.Url, $"copy{i}");
            works.Add(repository.Git.In($"copy{i}"));
            await CommitRandomAsync(works[i], $"file{i}", 100_000);
        }

        var pushes = await Task.WhenAll(works.Select((work, i) => work.TryAsync("push", "-q", "origin", $"main:refs/heads/b{i}")));
        var accepted = pushes.Count(static push => push.ExitCode == 0);
        Assert.InRange(accepted, 1, 4);
        Assert.All(pushes.Where(static push => push.ExitCode != 0), static push => Assert.Contains("would be larger than its limit", push.Error, StringComparison.Ordinal));
        var packs = new DirectoryInfo(Path.Combine(await repository.FolderAsync(), "objects", "pack")).EnumerateFiles().Sum(static f => f.Length);
        Assert.InRange(packs, 0, 500_000);
        Assert.Equal(packs, await SizeAsync(repository));
    }

    [Fact]
    public async Task Push_OfTooManyRefs_IsRefused()
    {
        using var repository = await shared.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await repository.SetPolicyAsync(new { maxRefsPerPush = 2 });
        await repository.AssertRefusedAsync(
            work, "the push changes 3 refs and may change at most 2 here", "origin", "main:refs/heads/a", "main:refs/heads/b", "main:refs/heads/c");
        await work.RunAsync("push", "-q", "origin", "main:refs/heads/a", "main:refs/heads/b");
    }

    [Fact]
    public async Task Limits_BeyondTheServers_AreForItsAdministrators()
    {
        using var repository = await shared.NewRepositoryAsync();
        var user = SharedServer.NewName("lead");
        await shared.Admin.CreateUserAsync(user, "a good long password");
        await shared.Admin.SetMemberAsync(repository.Project, user, "admin");
        using var lead = shared.Admin.As(user, "a good long password");
        var path = $"projects/{repository.Project}/repositories/repo/policy";
        var reply = await lead.SendAsync(HttpMethod.Patch, path, new { maxFileSize = "1000000000" });
        Assert.Equal(HttpStatusCode.Forbidden, reply.Status);
        Assert.Contains("Only administrators of the server may go beyond its limits", reply.Text, StringComparison.Ordinal);
        await lead.PatchAsync(path, new { maxFileSize = "1000" });
        await shared.Admin.PatchAsync(path, new { maxFileSize = "1000000000" });
        Assert.Equal(100L << 20, (await shared.Admin.PatchAsync(path, new { maxFileSize = "0" })).GetProperty("maxFileSize").GetInt64());
    }

    [Fact]
    public async Task Push_PastASizeMark_IsToldSo()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Repositories__SizeNotices__0"] = "100000" });
        await server.Admin.CreateProjectAsync("DEMO");
        await server.Admin.CreateRepositoryAsync("DEMO", "repo");
        using var repository = new TestRepository(server, "DEMO", "repo");
        await repository.Git.RunAsync("init", "-q", "-b", "main", "work");
        var work = repository.Git.In("work");
        var url = repository.UrlAs(GranaryServer.AdminName, GranaryServer.AdminPassword);
        await CommitRandomAsync(work, "one", 60_000);
        Assert.DoesNotContain("may have 10 GiB", (await work.TryAsync("push", url, "main")).Error, StringComparison.Ordinal);
        await CommitRandomAsync(work, "two", 60_000);
        Assert.Contains("remote: The repository has 119", (await work.TryAsync("push", url, "main")).Error, StringComparison.Ordinal);
        await CommitRandomAsync(work, "three", 1000);
        Assert.DoesNotContain("may have 10 GiB", (await work.TryAsync("push", url, "main")).Error, StringComparison.Ordinal);
    }

    private static async Task CommitRandomAsync(Git work, string file, int size)
    {
        await File.WriteAllBytesAsync(Path.Combine(work.Folder, file), RandomNumberGenerator.GetBytes(size));
        await work.RunAsync("add", file);
        await work.RunAsync("commit", "-q", "-m", "Random " + file);
    }

    private static async Task<long> SizeAsync(TestRepository repository) =>
        (await repository.Server.Admin.GetAsync($"projects/{repository.Project}/repositories/{repository.Name}/policy")).GetProperty("size").GetInt64();

    private static async Task AssertNothingLeftAsync(TestRepository repository)
    {
        var incoming = Path.Combine(await repository.FolderAsync(), "granary", "incoming");
        await Until.HoldsAsync("the quarantine is gone", () => Directory.GetFileSystemEntries(incoming).Length == 0);
    }
}
