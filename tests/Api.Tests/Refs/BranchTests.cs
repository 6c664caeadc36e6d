using System.Globalization;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Api.Tests.Refs;

/// <summary>Branches over the API, beside what git says of them.</summary>
public sealed class BranchTests(ApiServer server)
{
    private BranchService.BranchServiceClient Client => new(server.Channel);

    [Fact]
    public async Task List_InEitherOrder_IsWhatGitLists()
    {
        using var repository = await WithBranchesAsync();
        foreach (var (order, sort) in ((RefOrder, string[])[])[(RefOrder.Name, ["--sort=refname"]), (RefOrder.Latest, ["--sort=refname", "--sort=-committerdate"])])
        {
            var expected = await repository.Work.RunAsync(["for-each-ref", .. sort, "--format=%(refname:strip=3) %(objectname) %(committerdate:raw) %(subject)", "refs/remotes/origin"]);
            var all = await ListAsync(repository, new ListBranchesRequest { Order = order, PageSize = 3 });
            Assert.Equal(expected, string.Join('\n', all.Select(static b => string.Create(
                CultureInfo.InvariantCulture,
                $"{b.Name} {b.Commit.CommitId} {b.Commit.Committer.Time.Seconds} {(b.Commit.Committer.UtcOffsetMinutes < 0 ? '-' : '+')}{Math.Abs(b.Commit.Committer.UtcOffsetMinutes) / 60:00}{Math.Abs(b.Commit.Committer.UtcOffsetMinutes) % 60:00} {b.Commit.Subject}"))));
            Assert.Equal(["main"], all.Where(static b => b.Default).Select(static b => b.Name));
        }
    }

    [Fact]
    public async Task List_WithAPartOfTheName_HasOnlyThose()
    {
        using var repository = await WithBranchesAsync();
        Assert.Equal(["feature/1", "feature/2", "feature/日本"], (await ListAsync(repository, new ListBranchesRequest { Prefix = "feature/" })).Select(static b => b.Name));
        Assert.Equal(["Release-2", "release-1"], (await ListAsync(repository, new ListBranchesRequest { Contains = "ELEASE" })).Select(static b => b.Name));
        Assert.Equal(["feature/日本"], (await ListAsync(repository, new ListBranchesRequest { Prefix = "feature/", Contains = "日" })).Select(static b => b.Name));
        Assert.Empty(await ListAsync(repository, new ListBranchesRequest { Prefix = "nothing" }));
    }

    [Fact]
    public async Task PageToken_WhileItsBranchGoes_GoesOnBehindIt()
    {
        using var repository = await WithBranchesAsync();
        foreach (var order in (RefOrder[])[RefOrder.Name, RefOrder.Latest])
        {
            var first = await Client.ListBranchesAsync(Of(repository, new ListBranchesRequest { Order = order, PageSize = 2 }), ApiRepository.Login);
            var last = first.Branches[^1].Name;
            var rest = await ListAsync(repository, new ListBranchesRequest { Order = order, PageToken = first.NextPageToken });
            if (last != "main") await repository.PushAsync($":refs/heads/{last}");
            var again = await ListAsync(repository, new ListBranchesRequest { Order = order, PageToken = first.NextPageToken });
            Assert.Equal(rest.Select(static b => b.Name), again.Select(static b => b.Name));
        }

        await AssertRefusedAsync(StatusCode.InvalidArgument, () => ListAsync(repository, new ListBranchesRequest { PageToken = "nonsense" }));
        await AssertRefusedAsync(StatusCode.InvalidArgument, () => ListAsync(repository, new ListBranchesRequest { PageSize = -1 }));
    }

    [Fact]
    public async Task Create_Rename_Delete_AreWhatGitSeesAndTheFeedShows()
    {
        using var repository = await ApiRepository.CreateAsync(server.Server);
        var tip = await repository.Work.RunAsync("rev-parse", "main");
        var made = await Client.CreateBranchAsync(new CreateBranchRequest { Project = repository.Project, Repository = ApiRepository.Name, Branch = "a", Start = "main" }, ApiRepository.Login);
        Assert.Equal(("a", tip, false), (made.Branch.Name, made.Branch.Commit.CommitId, made.Branch.Default));

        // To a name that is below its own.
        var renamed = await Client.RenameBranchAsync(
            new RenameBranchRequest { Project = repository.Project, Repository = ApiRepository.Name, Branch = "a", NewName = "a/b", ExpectedHead = tip }, ApiRepository.Login);
        Assert.Equal(("a/b", tip), (renamed.Branch.Name, renamed.Branch.Commit.CommitId));
        Assert.Equal($"{tip}\trefs/heads/a/b\n{tip}\trefs/heads/main", await repository.Work.RunAsync("ls-remote", "--heads", "origin"));
        var got = await Client.GetBranchAsync(new GetBranchRequest { Project = repository.Project, Repository = ApiRepository.Name, Branch = "a/b" }, ApiRepository.Login);
        (renamed.Branch.Ahead, renamed.Branch.Behind) = (0, 0);
        Assert.Equal(renamed.Branch, got.Branch);
        await Client.DeleteBranchAsync(Delete(repository, "a/b", tip), ApiRepository.Login);
        Assert.Equal($"{tip}\trefs/heads/main", await repository.Work.RunAsync("ls-remote", "--heads", "origin"));

        await Until.HoldsAsync("the feed has all of it", async () =>
        {
            var feed = (await server.Server.Admin.GetAsync(repository.Path + "/activity")).GetProperty("activity").EnumerateArray().ToList();
            return feed.Count == 4 && feed.Take(3).All(static e => e.GetProperty("protocol").GetString() == "api" && e.GetProperty("user").GetString() == ApiRepository.Member)
                && feed[1].GetProperty("changes").GetArrayLength() == 2;
        });
    }

    [Fact]
    public async Task Change_ThatMayNotBe_IsRefusedAndNothingMoves()
    {
        using var repository = await WithBranchesAsync();
        var before = await repository.Work.RunAsync("ls-remote", "origin");
        var other = await repository.Work.RunAsync("rev-parse", "main~1");
        await AssertRefusedAsync(StatusCode.AlreadyExists, () => CreateAsync(repository, "main", "main"));
        await AssertRefusedAsync(StatusCode.NotFound, () => CreateAsync(repository, "new", "no-such"));
        await AssertRefusedAsync(StatusCode.NotFound, () => CreateAsync(repository, "new", new string('1', 40)));
        await AssertRefusedAsync(StatusCode.InvalidArgument, () => CreateAsync(repository, "a..b", "main"));
        await AssertRefusedAsync(StatusCode.InvalidArgument, () => CreateAsync(repository, "-x", "main"));
        await AssertRefusedAsync(StatusCode.FailedPrecondition, () => CreateAsync(repository, "main/below", "main"));
        await AssertRefusedAsync(StatusCode.NotFound, () => Client.DeleteBranchAsync(Delete(repository, "no-such"), ApiRepository.Login).ResponseAsync);
        await AssertRefusedAsync(StatusCode.FailedPrecondition, () => Client.DeleteBranchAsync(Delete(repository, "release-1", other), ApiRepository.Login).ResponseAsync);
        await AssertRefusedAsync(StatusCode.FailedPrecondition, () => Client.DeleteBranchAsync(Delete(repository, "main"), ApiRepository.Login).ResponseAsync);
        await AssertRefusedAsync(StatusCode.PermissionDenied, () => RenameAsync(repository, "main", "trunk"));
        await AssertRefusedAsync(StatusCode.AlreadyExists, () => RenameAsync(repository, "release-1", "main"));
        await server.Server.Admin.PostAsync($"{repository.Path}/protection-rules", new { pattern = "refs/heads/release-*", noDeletion = true });
        await AssertRefusedAsync(StatusCode.FailedPrecondition, () => Client.DeleteBranchAsync(Delete(repository, "release-1"), ApiRepository.Login).ResponseAsync);
        await AssertRefusedAsync(StatusCode.FailedPrecondition, () => RenameAsync(repository, "release-1", "free"));
        await server.Server.Admin.SetMemberAsync(repository.Project, ApiRepository.Member, "viewer");
        await AssertRefusedAsync(StatusCode.PermissionDenied, () => CreateAsync(repository, "mine", "main"));
        await AssertRefusedAsync(StatusCode.PermissionDenied, () => Client.DeleteBranchAsync(Delete(repository, "Release-2"), ApiRepository.Login).ResponseAsync);
        Assert.Equal(before, await repository.Work.RunAsync("ls-remote", "origin"));
    }

    [Fact]
    public async Task Create_FromWhatNoRefReachesAnyMore_BringsItBack()
    {
        using var repository = await ApiRepository.CreateAsync(server.Server);
        await repository.Work.RunAsync("commit", "-q", "--allow-empty", "-m", "left behind");
        var gone = await repository.Work.RunAsync("rev-parse", "HEAD");
        await repository.PushAsync("HEAD:refs/heads/gone");
        await Client.DeleteBranchAsync(Delete(repository, "gone"), ApiRepository.Login);
        Assert.Equal(gone, (await CreateAsync(repository, "back", gone)).Branch.Commit.CommitId);
        await repository.Work.RunAsync("fetch", "-q", "origin");
        Assert.Equal(gone, await repository.Work.RunAsync("rev-parse", "origin/back"));
    }

    [Fact]
    public async Task Delete_OfTheDefaultBranch_IsPossibleWhenItIsSaid()
    {
        using var repository = await ApiRepository.CreateAsync(server.Server);
        var delete = Delete(repository, "main");
        delete.EvenDefault = true;
        await Client.DeleteBranchAsync(delete, ApiRepository.Login);
        Assert.Equal("", await repository.Work.RunAsync("ls-remote", "origin"));
        Assert.Empty(await ListAsync(repository, new ListBranchesRequest()));
        await AssertRefusedAsync(StatusCode.NotFound, () => CreateAsync(repository, "new", ""));
    }

    [Fact]
    public async Task Rename_OfTheDefaultBranch_TakesHeadWithIt()
    {
        using var repository = await WithBranchesAsync();
        await server.Server.Admin.SetMemberAsync(repository.Project, ApiRepository.Member, "admin");
        var renamed = await RenameAsync(repository, "main", "trunk");
        Assert.True(renamed.Branch.Default);
        Assert.StartsWith("ref: refs/heads/trunk\tHEAD", await repository.Work.RunAsync("ls-remote", "--symref", "origin", "HEAD"), StringComparison.Ordinal);
        Assert.Equal("trunk", (await server.Server.Admin.GetAsync(repository.Path)).GetProperty("defaultBranch").GetString());
        Assert.Equal(["trunk"], (await ListAsync(repository, new ListBranchesRequest())).Where(static b => b.Default).Select(static b => b.Name));

        // Another branch leaves it where it is.
        Assert.False((await RenameAsync(repository, "release-1", "release-0")).Branch.Default);
        Assert.Equal("trunk", (await server.Server.Admin.GetAsync(repository.Path)).GetProperty("defaultBranch").GetString());
    }

    [Fact]
    public async Task Compare_OfEachBranch_IsWhatGitCounts()
    {
        using var repository = await WithBranchesAsync();

        // Apart with clocks that are wrong on both sides, with a merge in between, and with no commit in common.
        await repository.Work.RunAsync("checkout", "-q", "-b", "apart", "main~2");
        foreach (var date in (string[])["2035-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "2030-01-01T00:00:00Z"])
            await repository.Work.With("GIT_COMMITTER_DATE", date).RunAsync("commit", "-q", "--allow-empty", "-m", "at " + date);
        await repository.PushAsync("apart");
        await repository.Work.RunAsync("checkout", "-q", "-b", "merged", "main~1");
        await repository.Work.RunAsync("merge", "-q", "--no-ff", "-m", "merge", "apart~1");
        await repository.PushAsync("merged");
        await repository.Work.RunAsync("checkout", "-q", "--orphan", "alone");
        await repository.Work.RunAsync("commit", "-q", "--allow-empty", "-m", "alone");
        await repository.PushAsync("alone");

        var branches = await ListAsync(repository, new ListBranchesRequest { Compare = true });
        Assert.Equal(9, branches.Count);
        foreach (var branch in branches)
        {
            var expected = await repository.Work.RunAsync("rev-list", "--left-right", "--count", $"{branch.Commit.CommitId}...origin/main");
            Assert.Equal(expected, $"{branch.Ahead}\t{branch.Behind}");
            var got = await Client.GetBranchAsync(new GetBranchRequest { Project = repository.Project, Repository = ApiRepository.Name, Branch = branch.Name }, ApiRepository.Login);
            Assert.Equal((branch.Ahead, branch.Behind), (got.Branch.Ahead, got.Branch.Behind));
        }

        Assert.DoesNotContain(await ListAsync(repository, new ListBranchesRequest()), static b => b.HasAhead || b.HasBehind);
    }

    internal static async Task AssertRefusedAsync(StatusCode status, Func<Task> call) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);

    private static DeleteBranchRequest Delete(ApiRepository repository, string branch, string expected = "") =>
        new() { Project = repository.Project, Repository = ApiRepository.Name, Branch = branch, ExpectedHead = expected };

    private static ListBranchesRequest Of(ApiRepository repository, ListBranchesRequest request)
    {
        (request.Project, request.Repository) = (repository.Project, ApiRepository.Name);
        return request;
    }

    private Task<CreateBranchResponse> CreateAsync(ApiRepository repository, string branch, string start) => Client.CreateBranchAsync(
        new CreateBranchRequest { Project = repository.Project, Repository = ApiRepository.Name, Branch = branch, Start = start }, ApiRepository.Login).ResponseAsync;

    private Task<RenameBranchResponse> RenameAsync(ApiRepository repository, string branch, string newName) => Client.RenameBranchAsync(
        new RenameBranchRequest { Project = repository.Project, Repository = ApiRepository.Name, Branch = branch, NewName = newName }, ApiRepository.Login).ResponseAsync;

    private async Task<List<Branch>> ListAsync(ApiRepository repository, ListBranchesRequest request)
    {
        var all = new List<Branch>();
        do
        {
            var page = await Client.ListBranchesAsync(Of(repository, request), ApiRepository.Login);
            all.AddRange(page.Branches);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    /// <summary>Seven branches, of which two have commits of one time.</summary>
    private async Task<ApiRepository> WithBranchesAsync()
    {
        var repository = await ApiRepository.CreateAsync(server.Server);
        var day = 0;
        foreach (var branch in (string[])["release-1", "feature/2", "Release-2", "feature/日本", "feature/1"])
        {
            var date = $"2020-02-0{(++day == 5 ? 4 : day)}T10:00:00{(day % 2 == 0 ? "+0930" : "-0330")}";
            await repository.Work.With("GIT_COMMITTER_DATE", date).RunAsync("commit", "-q", "--allow-empty", "-m", "for " + branch);
            await repository.PushAsync($"HEAD:refs/heads/{branch}");
        }

        await repository.PushAsync("HEAD:main");
        await repository.Work.RunAsync("fetch", "-q", "origin");
        await repository.Work.RunAsync("remote", "set-head", "origin", "-d");
        return repository;
    }
}
