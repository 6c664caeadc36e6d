using System.Diagnostics;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Bombs;

/// <summary>A pack that unpacks to more than a git process may have is refused, and takes neither memory nor time of others.</summary>
public sealed class BombTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Mega = 1 << 20;
    private const long Limit = 128 * Mega;
    private const long MaxUnpacked = 1L << 30;
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
            ["Granary__Git__MaxUnpackedSize"] = MaxUnpacked.ToString(System.Globalization.CultureInfo.InvariantCulture),
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

    [Fact]
    public async Task Objects_ThatAreTogetherMoreThanAPushMayUnpack_AreRefused()
    {
        // Each file is within the limit of files.
        var (root, pack) = BombPacks.LargeFiles(12, 96 * Mega);
        var report = await PushAsync("12 files of 96 MiB", pack, root);
        Assert.Contains("may have at most 1 GiB", report.Refusals[Bad], StringComparison.Ordinal);
        await SoundAsync();
    }

    [Fact]
    public async Task Folders_NestedDeeperThanGitFollows_AreRefusedInWords()
    {
        var (root, pack) = BombPacks.DeepTree(100_000);
        var report = await PushAsync("100,000 folders in each other", pack, root);
        Assert.Contains("nested too deeply", report.Refusals[Bad], StringComparison.Ordinal);
        await SoundAsync();
    }

    [Fact]
    public async Task Names_OfRefs_AreTakenUpToTheirLimitsAndGitCanUseThem()
    {
        var component = new string('c', 250);
        var longest = "refs/heads/" + string.Join('/', Enumerable.Repeat(component, 4));
        longest += "/" + new string('d', 1024 - longest.Length - 1);
        string[] taken = [$"refs/tags/{component}", longest];
        string[] refused = [$"refs/heads/{component}c", longest + "d", "refs/heads/" + string.Join('/', Enumerable.Repeat("d", 2_043)), "refs/heads/" + new string('e', 60_000)];
        using var client = _repository.Connect();
        var report = await client.PushAsync([.. taken.Concat(refused).Select(name => new Command(name, Command.Zero, _repository.Base))], new PackBuilder().Build());
        Assert.Equal(refused.Order(StringComparer.Ordinal), report.Refusals.Keys.Order(StringComparer.Ordinal));
        Assert.All(report.Refusals.Values, static reason => Assert.Contains("longer than", reason, StringComparison.Ordinal));
        Assert.Equal(taken.Append("refs/heads/main").Order(StringComparer.Ordinal), (await client.LsRefsAsync("refs/")).Keys.Order(StringComparer.Ordinal));

        // A client's files, and somebody's git in the folder, which makes a lock file for a ref and perhaps a loose one.
        await _repository.Git.RunAsync("clone", "-q", _repository.Url, "names");
        var refs = await _repository.Git.RunAsync("-C", "names", "for-each-ref", "--format=%(refname)", "refs/remotes/origin", "refs/tags");
        Assert.All(taken, name => Assert.Contains(name.Split('/', 3)[2], refs, StringComparison.Ordinal));
        foreach (var name in taken) await _repository.Git.RunAsync("-C", _repository.Folder, "update-ref", "-d", name);
        await Until.HoldsAsync("the server sees that they are gone", async () => (await client.LsRefsAsync("refs/")).Count == 1);
    }

    [Fact]
    public async Task Commands_AtTheLimitAndOneMore_AreTakenAndRefused()
    {
        const int Most = 100_000;
        Command[] commands = [.. Enumerable.Range(0, Most + 1).Select(i => new Command($"refs/tags/t{i}", Command.Zero, _repository.Base))];
        var over = await PushAsync("one command more", commands, new PackBuilder().Build());
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, over.Status);
        Assert.Contains("at most 100000 refs", over.Text, StringComparison.Ordinal);
        var at = await PushAsync("100,000 commands", commands[..Most], new PackBuilder().Build());
        Assert.True(at.IsOk, at.ToString()[..Math.Min(at.ToString().Length, 1000)]);
        using var client = _repository.Connect();
        Assert.Equal(Most, (await client.LsRefsAsync("refs/tags/")).Count);
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
            "wide" => BombPacks.WideTree(1_000_000, sameBlob: true),
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

    private Task<PushReport> PushAsync(string what, byte[] pack, string id) => PushAsync(what, [new Command(Bad, Command.Zero, id)], pack);

    private async Task<PushReport> PushAsync(string what, Command[] commands, byte[] pack)
    {
        using var client = _repository.Connect();
        using var others = _other.Connect();
        _ = _git.TakePeak();
        var clock = Stopwatch.StartNew();
        var pushing = client.PushAsync(commands, pack);
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
        Assert.True(peak > 0 || commands.Length > 1, "git was not seen");
        output.WriteLine($"{what}: {pack.Length} bytes, {clock.ElapsedMilliseconds} ms, git's peak {peak / Mega} MiB, slowest look {slowest.TotalMilliseconds:F0} ms; {report.ToString()[..Math.Min(report.ToString().Length, 500)]}");
        Assert.InRange(peak, 0, Limit);
        Assert.True(clock.Elapsed < Bound, $"{what}: {clock.Elapsed}.");
        Assert.True(slowest < Fast, $"{what}: another repository's answer took {slowest}.");
        return report;
    }
}
