using System.Diagnostics;
using System.Text;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Benchmarks;

/// <summary>The reading calls of one repository, each read to its end.</summary>
internal sealed class ReadCalls(GrpcChannel channel, string project, string repository)
{
    private readonly Metadata _login = new()
    {
        { "authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{GranaryServer.AdminName}:{GranaryServer.AdminPassword}")) },
    };

    public async Task BranchesAsync() => await new BranchService.BranchServiceClient(channel)
        .ListBranchesAsync(new ListBranchesRequest { Project = project, Repository = repository, PageSize = 200 }, _login);

    public async Task CommitAsync(string revision) => await new CommitService.CommitServiceClient(channel)
        .GetCommitAsync(new GetCommitRequest { Project = project, Repository = repository, Revision = revision }, _login);

    public Task TreeAsync(string revision, string path) => ReadAsync(new TreeService.TreeServiceClient(channel)
        .ListTree(new ListTreeRequest { Project = project, Repository = repository, Revision = revision, Path = path }, _login));

    public Task BlobAsync(string id) => ReadAsync(new BlobService.BlobServiceClient(channel)
        .GetBlob(new GetBlobRequest { Project = project, Repository = repository, BlobId = id }, _login));

    public Task LogAsync(string revision, int count) => ReadAsync(new CommitService.CommitServiceClient(channel)
        .ListCommits(new ListCommitsRequest { Project = project, Repository = repository, Revision = revision, PageSize = count }, _login));

    public Task DiffAsync(string commit) => ReadAsync(new DiffService.DiffServiceClient(channel)
        .GetCommitDiff(new GetCommitDiffRequest { Project = project, Repository = repository, Revision = commit }, _login));

    public Task SearchAsync(string revision, string pattern, bool isExpression) => ReadAsync(new SearchService.SearchServiceClient(channel).SearchFiles(
        new SearchFilesRequest
        {
            Project = project,
            Repository = repository,
            Revision = revision,
            Pattern = pattern,
            Syntax = isExpression ? SearchFilesRequest.Types.Syntax.RegularExpression : SearchFilesRequest.Types.Syntax.Fixed,
        },
        _login));

    /// <summary>When the first entries came, when all last commits had, and how many entries there are.</summary>
    public async Task<(TimeSpan First, TimeSpan All, int Entries)> LastCommitsAsync(string revision, string path)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan? first = null;
        var entries = 0;
        using var call = new TreeService.TreeServiceClient(channel)
            .ListTree(new ListTreeRequest { Project = project, Repository = repository, Revision = revision, Path = path, LastCommits = true }, _login);
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (call.ResponseStream.Current.Entries is not { } some) continue;
            first ??= clock.Elapsed;
            entries += some.Entries.Count;
        }

        return (first ?? clock.Elapsed, clock.Elapsed, entries);
    }

    private static async Task ReadAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                // To the end.
            }
        }
    }
}
