using System.Text;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Diffs.Tests.Diffs;

/// <summary>Two commits compared, over the API and beside git.</summary>
[Collection(PushedHistoryTests.Name)]
public sealed class CompareTests(ApiServer server, PushedHistory history)
{
    [Theory]
    [InlineData("main", "side", false)]
    [InlineData("main", "side", true)]
    [InlineData("side", "main", false)]
    [InlineData("side", "main", true)]
    [InlineData("side", "merged", false)]
    [InlineData("merged", "side", false)]
    [InlineData("main", "main", false)]
    [InlineData("main", "alone", true)]
    public async Task Files_AreThoseOfGit(string @base, string head, bool direct)
    {
        var (summary, files) = await history.CompareAsync(@base, head, direct);
        var git = await history.Git.TryAsync("diff", "-M", "--raw", "-z", "--no-abbrev", @base + (direct ? ".." : "...") + head);
        Assert.Equal(Encoding.Latin1.GetString(git.OutputBytes).Replace('\0', '\n'), string.Concat(files.Select(DiffText.Raw)));
        var counts = await history.Git.RunAsync("rev-list", "--left-right", "--count", $"{@base}...{head}");
        Assert.Equal(counts, $"{summary.Divergence.Behind}\t{summary.Divergence.Ahead}");
        Assert.Equal((await history.Git.TryAsync("merge-base", @base, head)).Output.Trim(), summary.Divergence.MergeBaseId);
        Assert.Equal(await history.Git.RunAsync("rev-parse", head), summary.NewCommitId);
    }

    [Fact]
    public async Task Histories_WithNothingInCommon_CanOnlyBeComparedDirectly()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => history.CompareAsync("main", "alone"));
        Assert.Equal(StatusCode.FailedPrecondition, fault.StatusCode);
    }

    [Theory]
    [InlineData("absent", "main")]
    [InlineData("main", "absent")]
    public async Task Revision_ThatIsNone_IsNotFound(string @base, string head)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => history.CompareAsync(@base, head));
        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }

    [Fact]
    public async Task Json_IsTheSame()
    {
        var reply = await server.Server.Admin.Client.GetStringAsync($"api/v1/projects/DEMO/repositories/{history.Repository}/compare?base=main&head=side");
        var (_, files) = await history.CompareAsync("main", "side");
        Assert.Equal(files.Count + 1, reply.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Repository_ThatMayNotBeRead_IsLikeOneThatIsNot()
    {
        await server.Server.Admin.CreateUserAsync("stranger", ApiServer.Password);
        using var call = history.Client.Compare(
            new() { Project = "DEMO", Repository = history.Repository, Base = "main", Head = "side" }, ApiServer.As("stranger"));
        var fault = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }
}
