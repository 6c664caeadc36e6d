using System.Text.Json;
using Granary.Reliability.Tests.Clients;
using Granary.Reliability.Tests.History;
using Granary.Tests.Harness;
using Microsoft.Data.Sqlite;

namespace Granary.Reliability.Tests;

/// <summary>From an accepted push to its jobs, whatever dies in between; seen through the activity feed.</summary>
public sealed class ActivityTests
{
    private const string Path = "projects/CHAOS/repositories/repo/activity";

    private static readonly int Rounds = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1" ? 20 : 3;

    private static TimeSpan Bound => TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Server_KilledUnderPushLoad_FeedHasExactlyTheAcceptedPushesInOrder()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var server = await StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        await repository.Git.RunAsync("clone", "-q", repository.Url, "work");
        var log = new HistoryLog();
        for (var round = 1; round <= Rounds; round++)
        {
            var load = new PushLoad(repository, log, seed + round);
            using (var client = repository.Connect()) load.Start(await log.LookAsync(() => client.LsRefsAsync()));
            var enough = log.Acknowledged + random.Next(10, 40);
            await Until.HoldsAsync("pushes are acknowledged", () => log.Acknowledged >= enough, TimeSpan.FromMinutes(1));
            var session = server.ProcessId;
            await server.KillAsync();
            await load.StopAsync();
            await Until.HoldsAsync("its git processes have ended", () => ServerProcesses.ChildrenOf(session).Count == 0);
            await server.StartAgainAsync();
        }

        // Nothing but the start itself leads to the deliveries: nobody pushes, and reading the feed does not ask the repository.
        await Until.HoldsAsync("everything is delivered and the marker gone", () => Markers(server).Length == 0, Bound);
        await Until.HoldsAsync("the feed is complete", async () => (await Feed.ReadAsync(server)).Count >= repository.ReadJournal().Committed.Count, Bound);
        var journal = repository.ReadJournal();
        var feed = await Feed.ReadAsync(server);
        feed.Reverse();
        Assert.Empty(journal.Faults);
        Assert.Equal(journal.Committed.Count, feed.Count);
        foreach (var (entry, pushed) in feed.Zip(journal.Committed))
            Assert.Equal(pushed.Select(static c => (c.Ref, c.Old, c.New)), Feed.Changes(entry));
        var sequences = feed.ConvertAll(static e => e.GetProperty("sequence").GetInt64());
        Assert.Equal(sequences.Distinct().Order(), sequences);
    }

    [Fact]
    public async Task Push_QueueTakesNothing_IsAnsweredAndDeliveredLater()
    {
        await using var server = await StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        await Until.HoldsAsync("the first push is delivered", async () => (await Feed.ReadAsync(server)).Count == 1, Bound);
        await using (var other = new SqliteConnection($"Data Source={System.IO.Path.Combine(server.DataPath, "streams.db")};Pooling=False"))
        {
            // The file's one write lock: no message can be put in, or taken out, while it is held.
            await other.OpenAsync();
            await ExecuteAsync(other, "BEGIN IMMEDIATE");
            using var client = repository.Connect();
            for (var i = 0; i < 3; i++) await CreateBranchAsync(repository, client, $"refs/heads/b{i}");
            Assert.Single(await Feed.ReadAsync(server));
            Assert.Single(Markers(server));
            await ExecuteAsync(other, "ROLLBACK");
        }

        await Until.HoldsAsync("all are delivered", async () => (await Feed.ReadAsync(server)).Count == 4, Bound);
        Assert.Equal(["refs/heads/b2", "refs/heads/b1", "refs/heads/b0", "refs/heads/main"], (await Feed.ReadAsync(server)).Select(static e => Feed.Changes(e).Single().Ref));
        await Until.HoldsAsync("the marker is gone", () => Markers(server).Length == 0, Bound);
    }

    [Fact]
    public async Task Push_FiveHundredTags_IsOneEntry()
    {
        await using var server = await StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        using var client = repository.Connect();
        Command[] tags = [.. Enumerable.Range(0, 500).Select(i => new Command($"refs/tags/t{i}", Command.Zero, repository.Base))];
        Assert.True((await client.PushAsync(tags, new PackBuilder().Build())).IsOk);
        await Until.HoldsAsync("both pushes are there", async () => (await Feed.ReadAsync(server)).Count == 2, Bound);
        var entry = (await Feed.ReadAsync(server))[0];
        Assert.Equal(500, entry.GetProperty("changeCount").GetInt32());
        Assert.Equal(tags.Select(static t => t.Ref), Feed.Changes(entry).Select(static c => c.Ref));
        Assert.All(entry.GetProperty("changes").EnumerateArray(), static c => Assert.Equal("CREATED", c.GetProperty("kind").GetString()));
        var one = (await server.Admin.GetAsync($"{Path}?ref=refs/tags/t499")).GetProperty("activity");
        Assert.Equal("refs/tags/t499", Feed.Changes(Assert.Single(one.EnumerateArray())).Single().Ref);
    }

    [Fact]
    public async Task Feed_RightsAndDeletion_AreThoseOfTheRepository()
    {
        await using var server = await StartAsync();
        using var repository = await TestRepository.CreateAsync(server);
        using var client = repository.Connect();
        var refused = await client.PushAsync([new Command("refs/heads/main", new string('a', 40), repository.Base)], new PackBuilder().Build());
        Assert.False(refused.IsOk);
        await Until.HoldsAsync("the accepted push is there", async () => (await Feed.ReadAsync(server)).Count == 1, Bound);
        await server.Admin.CreateUserAsync("zoe", "zoe's good password");
        using var stranger = server.Admin.As("zoe", "zoe's good password");
        using var nobody = server.Admin.Anonymous();
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.SendAsync(HttpMethod.Get, Path)).Status);
        Assert.NotEqual(System.Net.HttpStatusCode.OK, (await nobody.SendAsync(HttpMethod.Get, Path)).Status);
        await server.Admin.SetMemberAsync("CHAOS", "zoe", "viewer");
        Assert.Single((await stranger.GetAsync(Path)).GetProperty("activity").EnumerateArray());
        await server.Admin.DeleteAsync("projects/CHAOS/repositories/repo");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await server.Admin.SendAsync(HttpMethod.Get, Path)).Status);
    }

    private static Task<GranaryServer> StartAsync() => GranaryServer.StartAsync(new Dictionary<string, string>
    {
        ["Granary__Outbox__MarkerLinger"] = "00:00:01",
        ["Granary__Outbox__MaxRetryDelay"] = "00:00:01",
        ["Granary__Streams__Embedded__BusyTimeout"] = "00:00:01",
    });

    private static string[] Markers(GranaryServer server) => Directory.GetFiles(System.IO.Path.Combine(server.DataPath, "pending"));

    private static async Task CreateBranchAsync(TestRepository repository, RawClient client, string name) =>
        Assert.True((await client.PushAsync([new Command(name, Command.Zero, repository.Base)], new PackBuilder().Build())).IsOk);

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
