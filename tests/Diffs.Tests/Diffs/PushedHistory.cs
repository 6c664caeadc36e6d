using System.Text;
using Granary.Diffs.Tests.Engine;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Diffs.Tests.Diffs;

/// <summary>The history of the engine's tests on the server, with a merge and things that are large.</summary>
public sealed class PushedHistory(ApiServer server, HistoryRepository history) : IAsyncLifetime
{
    public const int BigSize = 200 << 20;

    private const int ManyFiles = 4000;

    public string Repository { get; private set; } = "";

    public RealGit Git => history.Git;

    public IReadOnlyList<string> Commits => history.Commits;

    internal DiffService.DiffServiceClient Client => new(server.Channel);

    public async ValueTask InitializeAsync()
    {
        Repository = await server.NewRepositoryAsync();
        await server.Server.Admin.PatchAsync($"projects/DEMO/repositories/{Repository}/policy", new { maxFileSize = "300000000" });
        var main = await Git.RunAsync("rev-parse", "main");
        await Git.StreamAsync((input, token) => WriteAsync(input, main, token), "fast-import", "--quiet", "--force");
        await Git.RunAsync("push", "-q", server.Server.RepositoryUrl($"DEMO/{Repository}.git", "anna", ApiServer.Password), "refs/heads/*:refs/heads/*");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal async Task<(DiffSummary Summary, List<FileDiff> Files)> CommitAsync(string revision, DiffOptions? options = null, int parent = 0)
    {
        var request = new GetCommitDiffRequest { Project = "DEMO", Repository = Repository, Revision = revision, Options = options, Parent = parent };
        using var call = Client.GetCommitDiff(request, ApiServer.As("vera"));
        var parts = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return (parts[0].Summary, [.. parts.Skip(1).Select(static part => part.File)]);
    }

    internal async Task<(DiffSummary Summary, List<FileDiff> Files)> CompareAsync(string @base, string head, bool direct = false, DiffOptions? options = null)
    {
        var request = new CompareRequest { Project = "DEMO", Repository = Repository, Base = @base, Head = head, Direct = direct, Options = options };
        using var call = Client.Compare(request, ApiServer.As("vera"));
        var parts = await call.ResponseStream.ReadAllAsync().ToListAsync();
        return (parts[0].Summary, [.. parts.Skip(1).Select(static part => part.File)]);
    }

    private static async Task WriteAsync(Stream input, string main, CancellationToken token)
    {
        await Write(Commit("side", 1) + $"from {main}~6\n" + Inline("side.txt", "of the side\n"));
        await Write(Commit("side", 2) + Inline("side.txt", "of the side\nonce more\n"));
        await Write(Commit("merged", 3) + $"from {main}\nmerge refs/heads/side\n" + Inline("side.txt", "of the side\nonce more\n"));
        await Write(Commit("alone", 4) + Inline("alone", "x\n"));
        await Write(Commit("large", 5) + $"from {main}\n" + Inline("lines.txt", Lines(30_000)) + $"M 100644 inline big.bin\ndata {BigSize}\n");
        var piece = Encoding.ASCII.GetBytes(Lines(10_000))[..(64 << 10)];
        for (var i = 0; i < BigSize / piece.Length; i++) await input.WriteAsync(piece, token);
        await Write("\n" + Commit("many", 6) + $"from {main}\n" + string.Concat(Enumerable.Range(0, ManyFiles).Select(static i => Inline($"many/f{i:0000}", $"file {i}\n"))));

        async Task Write(string text) => await input.WriteAsync(Encoding.UTF8.GetBytes(text), token);
    }

    private static string Commit(string branch, int number) =>
        $"commit refs/heads/{branch}\ncommitter Anna <anna@example.org> {1_800_000_000 + number} +0000\ndata 1\nx\n";

    private static string Inline(string path, string text) => $"M 100644 inline {path}\ndata {text.Length}\n{text}\n";

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(static i => $"line {i}\n"));
}

[CollectionDefinition(Name)]
public sealed class PushedHistoryTests : ICollectionFixture<PushedHistory>
{
    public const string Name = "Pushed history";
}
