using System.Diagnostics;
using System.Text.Json;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Benchmarks;

/// <summary>Five hundred tags in one push, until the activity feed shows them.</summary>
internal static class TagsBenchmark
{
    private const int Tags = 500;
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        await using var server = await GranaryServer.StartAsync();
        await server.Admin.CreateProjectAsync(Seed.Project);
        var table = Table.Start("500 tags", "push, ms", "shown after the answer, ms", "server CPU, ms", "events");
        for (var round = 0; round <= Rounds; round++)
        {
            var name = $"tags{round}";
            var seed = await Seed.CreateAsync(server, name);
            await Until.HoldsAsync("the first push is shown", async () => (await FeedAsync(server, name)).Count == 1);
            using var client = new RawClient(server, seed.Path);
            Command[] commands = [.. Enumerable.Range(0, Tags).Select(i => new Command($"refs/tags/v{i:D3}", Command.Zero, seed.Commit))];
            var before = Cost.ProcessorTime(server);
            var clock = Stopwatch.StartNew();
            Seed.Require(await client.PushAsync(commands, new PackBuilder().Build()));
            var answered = clock.Elapsed;
            await Until.HoldsAsync("the push is shown", async () => (await FeedAsync(server, name)).Count > 1);
            var shown = clock.Elapsed - answered;
            var processor = Cost.ProcessorTime(server) - before;
            var feed = await FeedAsync(server, name);
            if (feed[0].GetProperty("changeCount").GetInt32() != Tags) throw new InvalidOperationException("The event does not hold all tags.");
            table.Row(
                round == 0 ? "first after the start" : $"round {round}",
                Table.Milliseconds(answered), Table.Milliseconds(shown), Table.Milliseconds(processor), Table.Number(feed.Count - 1));
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> FeedAsync(GranaryServer server, string name) =>
        [.. (await server.Admin.GetAsync($"projects/{Seed.Project}/repositories/{name}/activity")).GetProperty("activity").EnumerateArray()];
}
