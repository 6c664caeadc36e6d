using System.Diagnostics;
using System.Diagnostics.Metrics;
using Granary.Streams.DeadLetters;
using Granary.Streams.Embedded;
using Granary.Streams.Tests.Conformance;
using Granary.Tests.Harness;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Streams.Tests.Embedded;

public sealed class EmbeddedStreamsTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_BodyThatCannotBeDecoded_IsADeadLetterAndTheRestIsDelivered()
    {
        var key = Guid.NewGuid().ToString("N");
        await using (var early = await StartAsync(reads: false)) await early.PublishAsync(key, 1, 3);
        await ExecuteAsync("UPDATE message SET body = x'FFFFFFFFFF' WHERE id = 2");
        await using var cluster = await StartAsync();
        await Until.HoldsAsync("two arrive", () => Probe.Of(key).Count == 2);
        Assert.Equal([1, 3], Probe.Of(key).Select(static e => e.Number));
        var box = cluster.Services().GetRequiredService<IDeadLetterBox>();
        IReadOnlyList<DeadLetter> letters = [];
        await Until.HoldsAsync("the letter is there", async () => (letters = await box.ListAsync(null, 10, TestContext.Current.CancellationToken)).Count == 1);
        Assert.StartsWith("cannot be decoded", letters[0].Reason, StringComparison.Ordinal);
        Assert.True(await box.DiscardAsync(letters[0].Id, TestContext.Current.CancellationToken));
        Assert.False(await box.ReplayAsync(letters[0].Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Publish_FileCannotBeMade_FailsAndWorksOnceItCan()
    {
        Directory.CreateDirectory(_folder["streams.db"]);
        await using var cluster = await StartAsync();
        var key = Guid.NewGuid().ToString("N");
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.PublishAsync(key, 1, 1));
        Directory.Delete(_folder["streams.db"]);
        await cluster.PublishAsync(key, 1, 2);
        await Until.HoldsAsync("both arrive", () => Probe.Of(key).Count == 2, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Acknowledge_Delivered_LeavesNothingInTheFile()
    {
        await using (var cluster = await StartAsync())
        {
            var key = Guid.NewGuid().ToString("N");
            await cluster.PublishAsync(key, 1, 20);
            await Until.HoldsAsync("all arrive", () => Probe.Of(key).Count == 20);
            await Until.HoldsAsync("all are acknowledged", async () => await CountAsync("SELECT count(*) FROM message") == 0);
        }

        Assert.Equal(0, await CountAsync("SELECT sum(length) FROM queue"));
    }

    /// <summary>Other tests have providers of this name too, but none that holds so many for long.</summary>
    [Fact]
    public async Task Lag_NobodyReads_IsWhatWaitsInTheFile()
    {
        const int Waiting = 37;
        await using var cluster = await StartAsync(reads: false);
        await cluster.PublishAsync(Guid.NewGuid().ToString("N"), 1, Waiting);
        var lags = new List<long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Name == "granary.streams.lag") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            Assert.Equal(KeyValuePair.Create("provider", (object?)StreamCluster.Provider), Assert.Single(tags.ToArray()));
            lags.Add(value);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Contains(Waiting, lags);
    }

    /// <summary>Figures, not limits: printed for whoever measures on a quiet machine.</summary>
    [Fact]
    public async Task Measure_IdleLatencyAndThroughput()
    {
        await using var cluster = await StartAsync();
        var warm = Guid.NewGuid().ToString("N");
        await cluster.PublishAsync(warm, 1, 50);
        await Until.HoldsAsync("warm", () => Probe.Of(warm).Count == 50);
        var times = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            var key = Guid.NewGuid().ToString("N");
            var arrived = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Probe.Behaviours[key] = _ =>
            {
                arrived.TrySetResult(Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            };
            var began = Stopwatch.GetTimestamp();
            await cluster.PublishAsync(key, 1, 1);
            times.Add(Stopwatch.GetElapsedTime(began, await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30))).TotalMilliseconds);
        }

        times.Sort();
        var keys = Enumerable.Range(0, 128).Select(static _ => Guid.NewGuid().ToString("N")).ToList();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(keys.Select(k => cluster.PublishAsync(k, 1, 50)));
        await Until.HoldsAsync("all arrive", () => keys.All(static k => Probe.Of(k).Count >= 50), TimeSpan.FromSeconds(60));
        output.WriteLine($"p50 {times[50]:0.0} ms, p95 {times[95]:0.0} ms, {128 * 50 / clock.Elapsed.TotalSeconds:0} events/s");
        Assert.All(keys, static k => Assert.Equal(50, Probe.Of(k).Count));
    }

    private Task<StreamCluster> StartAsync(bool reads = true) => StreamCluster.StartAsync(
        (silo, provider) => silo.AddEmbeddedStreams(provider, options =>
        {
            options.Path = _folder["streams.db"];
            options.Queues = 4;
        }),
        reads: reads);

    private async Task ExecuteAsync(string sql) => await CountAsync(sql);

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={_folder["streams.db"]};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}
