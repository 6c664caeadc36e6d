using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Granary.Diffs.Tests.Engine;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Diffs.Tests.Diffs;

/// <summary>What a commit changed, over the API and beside git.</summary>
[Collection(PushedHistoryTests.Name)]
public sealed class GetCommitDiffTests(ApiServer server, PushedHistory history)
{
    [Fact]
    public async Task Files_OfEachCommit_AreThoseOfGit()
    {
        foreach (var commit in history.Commits)
        {
            var (summary, files) = await history.CommitAsync(commit);
            var git = await GitAsync("diff-tree", "-r", "--root", "--no-commit-id", "-M", "--raw", "-z", "--no-abbrev", commit);
            Assert.Equal(git.Replace('\0', '\n'), string.Concat(files.Select(DiffText.Raw)));
            Assert.Equal(files.Count, summary.FileCount);
            Assert.Equal(files.Count, summary.ShownFileCount);
            Assert.Equal((files.Sum(static f => f.Additions), files.Sum(static f => f.Deletions)), (summary.Additions, summary.Deletions));
            Assert.False(summary.Incomplete || summary.MayMissRenames);
        }
    }

    [Fact]
    public async Task Lines_OfEachCommit_AreThoseOfGit()
    {
        var compared = 0;
        foreach (var commit in history.Commits)
        {
            var (_, files) = await history.CommitAsync(commit);
            if (files.Any(static f => f.Status == FileDiff.Types.Status.TypeChanged)) continue;
            var git = await history.Git.TryAsync("diff-tree", "-r", "--root", "--no-commit-id", "-M", "-p", "--submodule=short", commit);
            Assert.Equal(GitDiffText.HunksOf(git.OutputBytes), string.Concat(files.Select(DiffText.Hunks)));
            compared++;
        }

        Assert.True(compared > 20);
    }

    [Fact]
    public async Task FileThatBecameALink_IsOneEntry()
    {
        var commit = await history.Git.RunAsync("log", "--format=%H", "--grep=^Odd ends$", "main");
        var (_, files) = await history.CommitAsync(commit);
        var file = Assert.Single(files, static f => f.Status == FileDiff.Types.Status.TypeChanged);
        Assert.Equal(("odd/becomes-link", "100644", "120000"), (file.New.Path, file.Old.Mode, file.New.Mode));
    }

    [Theory]
    [InlineData(0, "^1")]
    [InlineData(1, "^1")]
    [InlineData(2, "^2")]
    public async Task Merge_IsComparedWithTheParentAskedFor(int parent, string suffix)
    {
        var (summary, files) = await history.CommitAsync("merged", parent: parent);
        Assert.Equal(await history.Git.RunAsync("rev-parse", "merged" + suffix), summary.OldCommitId);
        var git = await GitAsync("diff-tree", "-r", "-M", "--raw", "-z", "--no-abbrev", "merged" + suffix, "merged");
        Assert.Equal(git.Replace('\0', '\n'), string.Concat(files.Select(DiffText.Raw)));
    }

    [Fact]
    public async Task Path_LimitsTheFiles()
    {
        var raw = ByteString.CopyFrom([.. "odd/"u8, 0xff, 0xfe, (byte)'x']);
        var (_, files) = await history.CommitAsync("main", new DiffOptions { RawPaths = { raw } });
        Assert.Equal(raw, Assert.Single(files).New.RawPath);
        Assert.Empty((await history.CommitAsync("main", new DiffOptions { Paths = { "src" } })).Files);
    }

    [Fact]
    public async Task File_Of200Megabytes_IsToldAndNotCompared()
    {
        var before = ResidentMemory();
        var (summary, files) = await history.CommitAsync("large");
        var file = Assert.Single(files, static f => f.New.Path == "big.bin");
        Assert.True(file.TooLarge && summary.Incomplete);
        Assert.Empty(file.Hunks);
        Assert.InRange(ResidentMemory() - before, long.MinValue, PushedHistory.BigSize / 2);
    }

    [Fact]
    public async Task Lines_BeyondTheLimitOfAFile_AreCutAndCounted()
    {
        var (_, files) = await history.CommitAsync("large");
        var file = Assert.Single(files, static f => f.New.Path == "lines.txt");
        Assert.Equal((true, 30_000, 20_000), (file.Truncated, file.Additions, file.Hunks.Sum(static h => h.Lines.Count)));
    }

    [Fact]
    public async Task Limits_OfTheRequest_AreKept()
    {
        var (summary, files) = await history.CommitAsync("many", new DiffOptions { MaxFiles = 10, MaxLines = 4 });
        Assert.Equal((4000, 10, 10), (summary.FileCount, summary.ShownFileCount, files.Count));
        Assert.Equal(4000, summary.Additions);
        Assert.Equal([.. Enumerable.Repeat(false, 4), .. Enumerable.Repeat(true, 6)], files.Select(static f => f.Truncated));
        Assert.Equal(3000, (await history.CommitAsync("many", new DiffOptions { StatsOnly = true })).Files.Count);
        var (_, cut) = await history.CommitAsync("large", new DiffOptions { Paths = { "lines.txt" }, MaxLinesPerFile = 7 });
        Assert.Equal(7, cut[0].Hunks.Sum(static h => h.Lines.Count));
    }

    [Fact]
    public async Task StatsOnly_HasCountsAndNoLines()
    {
        var (_, files) = await history.CommitAsync(history.Commits[5], new DiffOptions { StatsOnly = true });
        Assert.All(files, static f => Assert.Empty(f.Hunks));
        Assert.True(files.Sum(static f => f.Additions + f.Deletions) > 0);
    }

    [Fact]
    public async Task CancelledCalls_LeaveTheServerAnswering()
    {
        for (var i = 0; i < 50; i++)
        {
            using var call = history.Client.GetCommitDiff(
                new() { Project = "DEMO", Repository = history.Repository, Revision = "many" }, ApiServer.As("vera"));
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        }

        Assert.NotEmpty((await history.CommitAsync("main")).Files);
        await Metrics.UntilAsync(server.Server, "no stream holds an object store", static now => now.Sum("granary_reading_streams", ("kind", "diff")) == 0);
    }

    [Theory]
    [InlineData("absent", 0, StatusCode.NotFound)]
    [InlineData("0000000000000000000000000000000000000001", 0, StatusCode.NotFound)]
    [InlineData("main", 2, StatusCode.InvalidArgument)]
    [InlineData("main", -1, StatusCode.InvalidArgument)]
    public async Task Revision_ThatIsNone_IsRefused(string revision, int parent, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => history.CommitAsync(revision, parent: parent));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Theory]
    [InlineData("""{"contextLines":1001}""")]
    [InlineData("""{"contextLines":-1}""")]
    [InlineData("""{"similarity":101}""")]
    [InlineData("""{"maxFiles":-1}""")]
    [InlineData("""{"paths":["../x"]}""")]
    [InlineData("""{"whitespace":77}""")]
    [InlineData("""{"moves":77}""")]
    public async Task Options_ThatMakeNoSense_AreRefused(string options)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => history.CommitAsync("main", JsonParser.Default.Parse<DiffOptions>(options)));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    [Fact]
    public async Task Json_HasAMessageALine()
    {
        var reply = await server.Server.Admin.Client.GetStringAsync(
            $"api/v1/projects/DEMO/repositories/{history.Repository}/commits/side/diff?options.contextLines=0&options.paths=side.txt");
        var lines = reply.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(1, JsonDocument.Parse(lines[0]).RootElement.GetProperty("summary").GetProperty("fileCount").GetInt32());
        var line = JsonDocument.Parse(lines[1]).RootElement.GetProperty("file").GetProperty("hunks")[0].GetProperty("lines")[0];
        Assert.Equal(("ADDED", "once more"), (line.GetProperty("kind").GetString(), line.GetProperty("text").GetString()));
    }

    private long ResidentMemory()
    {
        var line = File.ReadLines($"/proc/{server.Server.ProcessId}/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private async Task<string> GitAsync(params string[] arguments) => Encoding.Latin1.GetString((await history.Git.TryAsync(arguments)).OutputBytes);
}
