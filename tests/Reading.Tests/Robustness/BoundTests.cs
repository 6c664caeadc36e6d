using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Robustness;

/// <summary>What lies beyond the bounds of a server is left out and said to be, or refused.</summary>
public sealed class BoundTests(BoundedServer server) : IClassFixture<BoundedServer>
{
    [Theory]
    [InlineData("big", false, 0)]
    [InlineData("", true, 0)]
    [InlineData("big", false, 1000)]
    public async Task MaxTreeEntries_CutsAListing(string path, bool recursive, int limit)
    {
        var messages = await ListAsync(new() { Revision = "big", Path = path, Recursive = recursive, Limit = limit });
        var entries = messages.Where(static message => message.Entries is not null).ToList();
        Assert.Equal(BoundedServer.MaxTreeEntries, entries.Sum(static message => message.Entries.Entries.Count));
        Assert.True(entries[^1].Entries.Cut);
    }

    [Fact]
    public async Task MaxTreeEntries_IsNotReached_NothingIsCut()
    {
        var messages = await ListAsync(new() { Revision = "main" });
        Assert.DoesNotContain(messages, static message => message.Entries?.Cut == true);
    }

    [Fact]
    public async Task LastCommitWalk_LeavesOutWhatLiesFurtherBack()
    {
        var messages = await ListAsync(new() { Revision = "main", LastCommits = true });
        Assert.Equal(["far.txt", "near.txt"], messages.SelectMany(static message => message.Entries?.Entries ?? []).Select(static entry => entry.Path));
        Assert.Equal(["near.txt"], messages.SelectMany(static message => message.LastCommits?.Commits ?? []).SelectMany(static commit => commit.Entries).Select(static entry => entry.Path));
    }

    [Fact]
    public async Task Compare_OfBranchesFurtherApartThanIsVisited_IsRefused()
    {
        Assert.Equal(1, (await CompareAsync("main", "later"))[0].Summary.FileCount);
        foreach (var direct in (bool[])[false, true])
        {
            var fault = await Assert.ThrowsAsync<RpcException>(() => CompareAsync("left", "right", direct));
            Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
            Assert.Contains($"{BoundedServer.MaxVisited}", fault.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Search_EndsAtTheFilesOfTheConfiguration()
    {
        var request = new SearchFilesRequest { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Revision = "big", Pattern = "no such text" };
        var summary = (await SearchAsync(request))[^1].Summary;
        Assert.Equal((BoundedServer.MaxSearchedFiles, true, SearchSummary.Types.Limit.Files), (summary.FileCount, summary.Truncated, summary.Limit));
        request.Pattern = new string('a', BoundedServer.MaxPatternLength);
        await SearchAsync(request);
        request.Pattern += "a";
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => SearchAsync(request))).StatusCode);
    }

    private Task<List<ListTreeResponse>> ListAsync(ListTreeRequest request)
    {
        (request.Project, request.Repository) = (ReadingServer.Project, ReadingServer.Repository);
        return ReadingServer.AllAsync(new TreeService.TreeServiceClient(server.Channel).ListTree(request, server.Login));
    }

    private Task<List<CompareResponse>> CompareAsync(string @base, string head, bool direct = false)
    {
        var request = new CompareRequest { Project = ReadingServer.Project, Repository = ReadingServer.Repository, Base = @base, Head = head, Direct = direct };
        return ReadingServer.AllAsync(new DiffService.DiffServiceClient(server.Channel).Compare(request, server.Login));
    }

    private Task<List<SearchFilesResponse>> SearchAsync(SearchFilesRequest request) =>
        ReadingServer.AllAsync(new SearchService.SearchServiceClient(server.Channel).SearchFiles(request, server.Login));
}
