using System.Globalization;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Benchmarks;

/// <summary>
/// From the ref update of a real push to the start of its job, in the server while it has nothing else to do, by its own
/// metric <c>granary.jobs.delay</c>: the bounds of the buckets in which p50 and p95 lie. The kind is that of the activity feed, whose
/// work begins with the event; each kind has a stream and queues of its own, so that the others have the same way.
/// </summary>
internal static class JobsBenchmark
{
    private const int Pushes = 200;

    public static async Task RunAsync(RabbitMqBroker broker)
    {
        var table = Table.Start($"ref update to job, {Pushes} pushes one by one", "p50 at most, ms", "p95 at most, ms");
        await MeasureAsync(table, "embedded", []);
        await MeasureAsync(table, "RabbitMQ", new Dictionary<string, string>
        {
            ["Granary__Streams__Provider"] = "RabbitMq",
            ["Granary__Streams__RabbitMq__Hosts__0"] = broker.Address,
        });
    }

    private static async Task MeasureAsync(Table table, string name, Dictionary<string, string> settings)
    {
        settings["Granary__Housekeeping__Automatic"] = "false";
        await using var server = await GranaryServer.StartAsync(settings);
        await server.Admin.CreateProjectAsync(Seed.Project);
        var seed = await Seed.CreateAsync(server, "jobs");
        using var client = new RawClient(server, seed.Path);
        for (var i = 0; i < 20; i++) await PushAsync(server, client, seed, $"warm{i}");
        var before = await BucketsAsync(server);
        for (var i = 0; i < Pushes; i++) await PushAsync(server, client, seed, $"b{i}");
        var counts = (await BucketsAsync(server)).Zip(before, static (now, then) => (now.Bound, Count: now.Count - then.Count)).ToList();
        table.Row(name, At(counts, Pushes / 2), At(counts, Pushes * 95 / 100));
    }

    /// <summary>One push, and a wait until its job began.</summary>
    private static async Task PushAsync(GranaryServer server, RawClient client, Seed seed, string branch)
    {
        var count = (await BucketsAsync(server)).Sum(static b => double.IsPositiveInfinity(b.Bound) ? b.Count : 0);
        Seed.Require(await client.PushAsync([new Command($"refs/heads/{branch}", Command.Zero, seed.Commit)], new PackBuilder().Build()));
        await Until.HoldsAsync(
            "the job began", async () => (await BucketsAsync(server)).Sum(static b => double.IsPositiveInfinity(b.Bound) ? b.Count : 0) > count);
    }

    private static string At(List<(double Bound, long Count)> counts, int rank) =>
        (counts.First(b => b.Count >= rank).Bound * 1000).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Cumulative, in ascending order, as Prometheus has them.</summary>
    private static async Task<List<(double Bound, long Count)>> BucketsAsync(GranaryServer server)
    {
        const string Bucket = "granary_jobs_delay_seconds_bucket";
        var text = await server.Admin.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        var lines = text.Split('\n').Where(static line => line.StartsWith(Bucket, StringComparison.Ordinal) && line.Contains("kind=\"activity\"", StringComparison.Ordinal));
        return [.. lines.Select(static line =>
        {
            var bound = line.Split("le=\"")[1].Split('"')[0];
            return (
                bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture),
                long.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
        })];
    }
}
