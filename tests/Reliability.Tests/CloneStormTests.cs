using System.Diagnostics;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>Many clones at once. With <c>GRANARY_LONG_TESTS=1</c>: 100 of a repository of 128 MiB; otherwise 40 of 16 MiB.</summary>
public sealed class CloneStormTests(ITestOutputHelper output)
{
    private const long Mega = 1 << 20;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";
    private static readonly int Clones = IsLong ? 100 : 40;
    private static readonly long Size = (IsLong ? 128 : 16) * Mega;

    private volatile bool _ended;

    [Fact]
    public async Task Clones_ManyAtOnce_AllSucceedMemoryIsBoundedAndLsRefsStaysFast()
    {
        await using var server = await GranaryServer.StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        string want;
        using (var client = repository.Connect())
        using (var pack = new BigPack(Size, "refs/heads/big"))
        {
            Assert.True((await client.PushAsync(pack)).IsOk);
            want = pack.Id;
        }

        await server.Admin.PostAsync($"projects/{repository.Path[..^4].Replace("/", "/repositories/", StringComparison.Ordinal)}/maintenance", new { });
        var watching = WatchAsync(server);
        var asking = AskAsync(repository);
        var clock = Stopwatch.StartNew();
        var lengths = await Task.WhenAll(Enumerable.Range(0, Clones).Select(_ => Task.Run(() => CloneAsync(repository, want))));
        clock.Stop();
        _ended = true;
        var (peak, most) = await watching;
        var latencies = await asking;
        output.WriteLine(
            $"{Clones} clones of {Size / Mega} MiB in {clock.Elapsed.TotalSeconds:F1} s; at most {most} processes and {peak / Mega} MiB private memory in all; "
            + $"ls-refs meanwhile: {latencies.Count}, median {latencies[latencies.Count / 2]:F0} ms, 95 % {latencies[latencies.Count * 95 / 100]:F0} ms, longest {latencies[^1]:F0} ms");
        Assert.All(lengths, static length => Assert.True(length > Size, $"Only {length} bytes came."));

        // Server and gits together; what they map of the pack is the kernel's and shared.
        Assert.True(peak < 1500 * Mega, $"The clones took {peak} bytes.");
        Assert.True(latencies[latencies.Count / 2] < 1000, $"The median of ls-refs was {latencies[latencies.Count / 2]} ms.");
        Assert.True(latencies[^1] < 10_000, $"The longest ls-refs took {latencies[^1]} ms.");
        await repository.UntilIdleAsync();
    }

    private static async Task<long> CloneAsync(TestRepository repository, string want)
    {
        using var client = repository.Connect();
        using var answer = await client.FetchAsync(want);
        answer.EnsureSuccessStatusCode();
        using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[128 << 10];
        var (total, read, tail) = (0L, 0, new byte[4]);
        while ((read = await body.ReadAsync(buffer)) > 0)
        {
            total += read;
            if (read >= 4) buffer.AsSpan(read - 4, 4).CopyTo(tail);
        }

        // A flush ends a good answer, and nothing else does.
        return tail.AsSpan().SequenceEqual("0000"u8) ? total : -1;
    }

    private async Task<List<double>> AskAsync(TestRepository repository)
    {
        using var client = repository.Connect();
        var latencies = new List<double>();
        await Until.HoldsAsync(
            "the clones have ended",
            async () =>
            {
                var clock = Stopwatch.StartNew();
                Assert.NotEmpty(await client.LsRefsAsync());
                latencies.Add(clock.Elapsed.TotalMilliseconds);
                return _ended;
            },
            TimeSpan.FromMinutes(15));
        latencies.Sort();
        return latencies;
    }

    /// <summary>The most private memory of the server and its gits, and the most gits.</summary>
    private async Task<(long Peak, int Most)> WatchAsync(GranaryServer server)
    {
        var (peak, most) = (0L, 0);
        await Until.HoldsAsync(
            "the clones have ended",
            () =>
            {
                var children = server.Children;
                most = Math.Max(most, children.Count);
                peak = Math.Max(peak, MemoryWatch.Now(server.ProcessId) + children.Sum(static c => MemoryOf(c.Id)));
                return _ended;
            },
            TimeSpan.FromMinutes(15));
        return (peak, most);
    }

    private static long MemoryOf(int process)
    {
        try
        {
            return MemoryWatch.Now(process);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0;
        }
    }
}
