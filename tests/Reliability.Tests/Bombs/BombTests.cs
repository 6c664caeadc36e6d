using System.Diagnostics;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Bombs;

/// <summary>A pack that unpacks to more than a git process may have is refused, and takes neither memory nor time of others.</summary>
public sealed class BombTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Mega = 1 << 20;
    private const long Limit = 128 * Mega;
    private const string Bad = "refs/heads/bad";
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(2);
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";

    /// <summary>Far from what any takes, and from the half hour that a push may.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(IsLong ? 5 : 2);

    private readonly MeteredGit _git = new();
    private GranaryServer _server = null!;
    private TestRepository _repository = null!;
    private TestRepository _other = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Git__MemoryLimit"] = Limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Granary__Git__Executable"] = _git.Executable,
        });
        _repository = await TestRepository.CreateAsync(_server);
        _other = await TestRepository.CreateAsync(_server, "other");
    }

    public async ValueTask DisposeAsync()
    {
        _other?.Dispose();
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _git.Dispose();
    }

    [Fact]
    public async Task Packs_ThatUnpackToMoreThanAProcessMayHave_AreRefusedWithinTheLimit()
    {
        // The memory limit, git's own limit on one allocation, git's own arithmetic, and the memory limit again.
        await RefusedAsync("a tree of 512 MiB", BombPacks.HugeTree(512 * Mega), "Out of memory, malloc failed (tried to allocate 536870913 bytes)");
        await RefusedAsync("a tree that claims 100 GiB", BombPacks.ClaimedTree(100L << 30), "attempting to allocate 107374182401 over limit");
        await RefusedAsync("2^32-1 objects", BombPacks.ClaimedCount(uint.MaxValue), "size_t overflow");
        await RefusedAsync(
            "a delta that makes 512 MiB of 8", BombPacks.DeltaBomb(8 * Mega, 64), "Out of memory, malloc failed (tried to allocate 536870913 bytes)");
        await SoundAsync();
    }

    [Fact]
    public async Task File_LargerThanTheLimitInASmallPack_IsRefusedByPathAndSize()
    {
        // Above core.bigFileThreshold, so that git reads it in parts; smaller ones meet the memory limit first.
        var size = IsLong ? 2L << 30 : 600 * Mega;
        var (root, pack) = BombPacks.LargeFile("zeros.bin", size);
        var report = await PushAsync($"a file of {size} bytes", pack, root);
        Assert.Contains("the file 'zeros.bin'", report.Refusals[Bad], StringComparison.Ordinal);
        Assert.Contains("files may have at most", report.Refusals[Bad], StringComparison.Ordinal);
        Assert.Contains(IsLong ? "2 GiB" : "600 MiB", report.Refusals[Bad], StringComparison.Ordinal);
        await SoundAsync();
    }

    [Fact]
    public async Task Attributes_WithALineOfAMegabyte_AreRefused()
    {
        var (root, pack) = BombPacks.File(".gitattributes", [.. "* "u8, .. Enumerable.Repeat((byte)'a', Mega)]);
        var report = await PushAsync("a huge .gitattributes", pack, root);
        Assert.Contains("gitattributesLineLength", report.Unpack, StringComparison.Ordinal);
        await SoundAsync();
    }

    [Theory]
    [InlineData("wide")]
    [InlineData("many")]
    [InlineData("chain")]
    [InlineData("deep")]
    public async Task History_OfAnUnsoundShape_IsStoredAndServedWithinTheLimit(string shape)
    {
        var (root, pack) = shape switch
        {
            "wide" => BombPacks.WideTree(200_000, sameBlob: true),
            "many" => BombPacks.WideTree(200_000, sameBlob: false),
            "chain" => BombPacks.DeltaChain(10_000),
            _ => BombPacks.DeepTree(10_000),
        };
        var report = await PushAsync(shape, pack, root);
        Assert.True(report.IsOk, report.ToString());
        await _repository.Git.RunAsync("clone", "-q", "--bare", _repository.Url, "clone");
        await _repository.UntilIdleAsync();
        var peak = _git.TakePeak();
        output.WriteLine($"{shape}: clone's peak {peak / Mega} MiB");
        Assert.InRange(peak, 1, Limit);
    }

    [Fact]
    public async Task TreeOfTrees_WithTenBillionFiles_IsStoredAndServedWithinTheLimit()
    {
        var (root, pack) = BombPacks.TreeOfTrees(10);
        var report = await PushAsync("a tree of trees", pack, root);
        Assert.True(report.IsOk, report.ToString());
        await _repository.Git.RunAsync("clone", "-q", "--bare", _repository.Url, "clone");
        await _repository.UntilIdleAsync();
    }

    private async Task RefusedAsync(string what, byte[] pack, string reason)
    {
        var report = await PushAsync(what, pack, PackBuilder.IdOf("commit", "any"u8));
        Assert.Equal(System.Net.HttpStatusCode.OK, report.Status);
        Assert.StartsWith(reason, report.Unpack, StringComparison.Ordinal);
        Assert.Contains(Bad, report.Refusals.Keys);
    }

    /// <summary>Nothing of what was refused is left, and the next push goes through.</summary>
    private async Task SoundAsync()
    {
        await _repository.UntilIdleAsync();
        using var client = _repository.Connect();
        Assert.Equal(["refs/heads/main"], (await client.LsRefsAsync("refs/")).Keys);
        Assert.Equal("", await _repository.FsckAsync("--full"));
        Assert.Empty(_repository.Leftovers());
        var stored = Directory.EnumerateFiles(Path.Combine(_repository.Folder, "objects"), "*", SearchOption.AllDirectories)
            .Sum(static file => new FileInfo(file).Length);
        Assert.InRange(stored, 1, 64 << 10);
        var (id, pack) = PackBuilder.OneCommit(_repository.Tree, _repository.Base, "after");
        var report = await client.PushAsync([new Command("refs/heads/after", Command.Zero, id)], pack);
        Assert.True(report.IsOk, report.ToString());
    }

    private async Task<PushReport> PushAsync(string what, byte[] pack, string id)
    {
        using var client = _repository.Connect();
        using var others = _other.Connect();
        _ = _git.TakePeak();
        var clock = Stopwatch.StartNew();
        var pushing = client.PushAsync([new Command(Bad, Command.Zero, id)], pack);
        var slowest = TimeSpan.Zero;
        while (!pushing.IsCompleted)
        {
            var look = Stopwatch.StartNew();
            Assert.NotEmpty(await others.LsRefsAsync());
            if (look.Elapsed > slowest) slowest = look.Elapsed;
        }

        var report = await pushing;
        await _repository.UntilIdleAsync();
        var peak = _git.TakePeak();
        output.WriteLine($"{what}: {pack.Length} bytes, {clock.ElapsedMilliseconds} ms, git's peak {peak / Mega} MiB, slowest look {slowest.TotalMilliseconds:F0} ms; {report}");
        Assert.InRange(peak, 1, Limit);
        Assert.True(clock.Elapsed < Bound, $"{what}: {clock.Elapsed}.");
        Assert.True(slowest < Fast, $"{what}: another repository's answer took {slowest}.");
        return report;
    }
}
