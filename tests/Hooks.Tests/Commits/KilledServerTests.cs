using System.Text.Json;
using Granary.Tests.Harness;
using Microsoft.Data.Sqlite;

namespace Granary.Hooks.Tests.Commits;

/// <summary>A first push of a long history, a server that is killed while it is registered, and events that come again.</summary>
public sealed class KilledServerTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("GRANARY_LONG_TESTS") == "1";
    private static readonly int Count = IsLong ? 100_000 : 20_000;

    [Fact]
    public async Task FirstPush_ServerKilledInTheMiddle_RegistersTheRestAndEachCommitOnce()
    {
        // Small pieces: each run does a batch or a few, so that every one begins where the one before ended.
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>(CommitServer.Settings)
        {
            ["Granary__Hooks__Commits__BatchSize"] = "1000",
            ["Granary__Hooks__Commits__SliceTime"] = IsLong ? "00:00:01" : "00:00:00.001",
        });
        using var repository = await PushedRepository.CreateAsync(server);
        await repository.ImportAsync(Count, issue: "PROJ");
        await repository.PushAsync("refs/heads/main");
        await Until.HoldsAsync("a part is registered", async () => (await PartAsync(repository)).GetProperty("commits").GetArrayLength() > 0);
        Assert.True((await PartAsync(repository)).GetProperty("registering").GetBoolean());
        await server.KillAsync();
        Assert.InRange(await CountAsync(server), 1, Count - 1);
        await server.StartAgainAsync();

        var commits = await repository.WhenRegisteredAsync("since=2020-09-13T00:00:00Z", Count, IsLong ? TimeSpan.FromMinutes(5) : null);
        var expected = (await repository.Git.RunAsync("rev-list", "main")).Split('\n');
        Assert.Equal(expected, PushedRepository.Ids(commits));
        Assert.Equal(Count / 100, (await repository.ListAsync("author=t@example.org&since=2020-09-13T12:26:40Z")).Commits.Count(static c => c.GetProperty("issues").GetArrayLength() > 0));
        Assert.Single((await repository.ListAsync("issue=PROJ-100")).Commits);

        // The journal's cursor is lost: each event is published once more.
        var folder = await server.FolderOfAsync(repository.Project, "hello");
        await server.TerminateAsync();
        File.Delete(Path.Combine(folder, "granary", "delivered"));
        await File.WriteAllBytesAsync(Path.Combine(server.DataPath, "pending", Path.GetFileNameWithoutExtension(folder)), []);
        await server.StartAgainAsync();
        await Metrics.UntilAsync(server, "it came again", static m => m.Sum("granary_jobs_succeeded_total", ("kind", "commits")) >= 1);
        Assert.Equal(Count, (await repository.WhenRegisteredAsync()).Count);
    }

    /// <summary>What the file has, the server being down.</summary>
    private static async Task<long> CountAsync(GranaryServer server)
    {
        await using var file = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "commits.db")};Pooling=False");
        await file.OpenAsync();
        await using var command = file.CreateCommand();
        command.CommandText = "SELECT count(*) FROM registered_commit";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static Task<JsonElement> PartAsync(PushedRepository repository) => repository.Server.Admin.GetAsync($"{repository.Path}?pageSize=1");
}
