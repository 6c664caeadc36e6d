using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.History;

/// <summary>The same as <c>git merge-base --all</c>.</summary>
[Collection(typeof(HistoryCollection))]
public sealed class GetMergeBaseTests(HistoryRepository history)
{
    [Theory]
    [InlineData(HistoryRepository.Plain)]
    [InlineData(HistoryRepository.WithGraph)]
    public async Task EachPairOfBranches_HasTheBasesThatGitFinds(string repository)
    {
        var several = 0;
        string[] branches = ["main", "b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7"];
        foreach (var first in branches)
        {
            foreach (var second in branches)
            {
                var expected = (await history.Git.RunAsync("merge-base", "--all", first, second)).Split('\n');
                if (expected.Length > 1) several++;
                var reply = await AskAsync(repository, first, second);
                Assert.Equal(expected.Order(), reply.CommitIds.Order());
                Assert.Equal(reply.CommitIds[0], reply.CommitId);
                if (expected.Length == 1) Assert.Equal(expected[0], reply.CommitId);
            }
        }

        Assert.True(several > 0, "No pair has several bases: the history is too simple.");
    }

    [Fact]
    public async Task NoCommonHistory_IsEmpty()
    {
        var root = await history.Git.RunAsync("-c", "user.name=P", "-c", "user.email=p@example.org", "commit-tree", "-m", "Alone", "main^{tree}");
        await history.Git.RunAsync(
            "push", "-q", "-f", history.UrlOf(HistoryRepository.Plain), $"{root}:refs/heads/alone");
        var reply = await AskAsync(HistoryRepository.Plain, "main", "alone");
        Assert.Equal(("", 0), (reply.CommitId, reply.CommitIds.Count));
    }

    [Theory]
    [InlineData("main", "nothing")]
    [InlineData("nothing", "main")]
    public async Task UnknownRevision_IsNotFound(string first, string second)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => AskAsync(HistoryRepository.Plain, first, second));
        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
    }

    private async Task<GetMergeBaseResponse> AskAsync(string repository, string first, string second) => await history.Reading.Commits.GetMergeBaseAsync(
        new GetMergeBaseRequest { Project = ReadingServer.Project, Repository = repository, First = first, Second = second }, history.Reading.Login);
}
