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

    private GranaryServer _server = null!;
    private TestRepository _repository = null!;
    private TestRepository _other = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Git__MemoryLimit"] = Limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        _repository = await TestRepository.CreateAsync(_server);
        _other = await TestRepository.CreateAsync(_server, "other");
    }

    public async ValueTask DisposeAsync()
    {
        _other?.Dispose();
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Packs_ThatUnpackToMoreThanAProcessMayHave_AreRefusedWithinTheLimit()
    {
        await RefusedAsync("a tree of 512 MiB", BombPacks.HugeTree(512 * Mega));
        await RefusedAsync("a tree that claims 100 GiB", BombPacks.ClaimedTree(100L << 30));
        await RefusedAsync("2^32-1 objects", BombPacks.ClaimedCount(uint.MaxValue));
        await RefusedAsync("a delta that makes 512 MiB of 8", BombPacks.DeltaBomb(8 * Mega, 64));
        Assert.Equal("", await _repository.FsckAsync("--full"));
        Assert.Empty(_repository.Leftovers());
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

    private async Task RefusedAsync(string what, byte[] pack)
    {
        var report = await PushAsync(what, pack, PackBuilder.IdOf("commit", "any"u8));
        Assert.Equal(System.Net.HttpStatusCode.OK, report.Status);
        Assert.Contains(Bad, report.Refusals.Keys);
        using var client = _repository.Connect();
        Assert.DoesNotContain(Bad, (await client.LsRefsAsync()).Keys);
        await _repository.UntilIdleAsync();
    }

    private async Task<PushReport> PushAsync(string what, byte[] pack, string id)
    {
        using var client = _repository.Connect();
        using var others = _other.Connect();
        var clock = Stopwatch.StartNew();
        var pushing = client.PushAsync([new Command(Bad, Command.Zero, id)], pack);
        var peak = 0L;
        var slowest = TimeSpan.Zero;
        while (!pushing.IsCompleted)
        {
            peak = Math.Max(peak, _server.Children.Sum(static c => MemoryOf(c.Id)));
            var look = Stopwatch.StartNew();
            Assert.NotEmpty(await others.LsRefsAsync());
            if (look.Elapsed > slowest) slowest = look.Elapsed;
        }

        var report = await pushing;
        output.WriteLine($"{what}: {pack.Length} bytes, {clock.ElapsedMilliseconds} ms, git's peak {peak / Mega} MiB, slowest look {slowest.TotalMilliseconds:F0} ms; {report}");
        Assert.True(peak <= Limit, $"{what}: git took {peak} bytes.");
        Assert.True(slowest < Fast, $"{what}: another repository's answer took {slowest}.");
        return report;
    }

    private static long MemoryOf(int process)
    {
        try
        {
            return MemoryWatch.Now(process);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return 0; // It has ended.
        }
    }
}
