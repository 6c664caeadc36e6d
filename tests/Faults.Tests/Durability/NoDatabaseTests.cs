using Granary.Faults.Tests.Tools;
using Granary.Reliability.Tests;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;
using Microsoft.Data.Sqlite;

namespace Granary.Faults.Tests.Durability;

/// <summary>
/// A push needs neither the queue nor a database: it is answered while nobody can write any of them, and between its arrival and its
/// answer no thread opens, writes or syncs one. That their locks are held keeps the outbox, which works beside the push, from it too.
/// </summary>
public sealed class NoDatabaseTests
{
    private const string Calls = "trace=open,openat,openat2,write,writev,pwrite64,pwritev,ftruncate,fallocate,fsync,fdatasync,rename,mkdir,unlink,sendmsg,sendto";

    private static readonly string[] Databases = ["granary.db", "streams.db", "activity.db"];

    [Fact]
    public async Task Push_NoDatabaseCanBeWritten_IsAnsweredAndTouchesNone()
    {
        Strace.Require();
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            // Longer than any wait of this test: whoever waited for the queue would not be answered.
            ["Granary__Streams__Embedded__BusyTimeout"] = "00:10:00",
        });
        using var repository = await TestRepository.CreateAsync(server);
        await DeliveredAsync(server, 1);
        await using var strace = await Strace.FollowAsync(server, "-y", "-s", "4096", "-e", Calls);
        var held = new List<SqliteConnection>();
        try
        {
            foreach (var name in Databases) held.Add(await HoldAsync(Path.Combine(server.DataPath, name)));
            using var client = repository.Connect();
            var pack = new PackBuilder();
            var tree = pack.AddTree(("file", pack.AddBlob("no database\n"u8.ToArray())));
            var commit = pack.AddCommit(tree, repository.Base, "no database");
            var report = await client.PushAsync([new Command("refs/heads/main", repository.Base, commit)], pack.Build());
            Assert.True(report.IsOk, report.ToString());
            await Until.HoldsAsync("the trace has the answer", () => strace.Lines.Any(static l => l.Contains("unpack ok", StringComparison.Ordinal)));
        }
        finally
        {
            foreach (var connection in held) await connection.DisposeAsync();
        }

        await DeliveredAsync(server, 2);
        var lines = strace.Lines;
        var arrival = Array.FindIndex(lines, static l => l.Contains("/granary/incoming/", StringComparison.Ordinal));
        var answer = Array.FindIndex(lines, static l => l.Contains("unpack ok", StringComparison.Ordinal));
        Assert.InRange(arrival, 0, answer - 1);
        Assert.DoesNotContain(lines[arrival..answer], IsOnDatabase);

        // The trace does show them: the delivery of this push, once the locks were given back.
        Assert.Contains(lines[answer..], static l => IsOnDatabase(l) && l.Contains("streams.db", StringComparison.Ordinal));
    }

    private static bool IsOnDatabase(string line) => Databases.Any(name => line.Contains("/" + name, StringComparison.Ordinal));

    private static async Task<SqliteConnection> HoldAsync(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static Task DeliveredAsync(GranaryServer server, int pushes) => Until.HoldsAsync(
        "the feed has the pushes",
        async () => (await server.Admin.GetAsync("projects/CHAOS/repositories/repo/activity")).GetProperty("activity").GetArrayLength() == pushes,
        TimeSpan.FromSeconds(60));
}
