using System.Reflection;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Granary.Tests.Harness;
using Granary.V1;
using Microsoft.Data.Sqlite;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Api.Tests.Node;

/// <summary>A client that shares nothing with the server but the protos: in JavaScript, with the official library.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task NodeClient_MadeOfTheProtos_IsAnsweredEveryCallThereIs()
    {
        using var folder = new TemporaryFolder();
        var programs = Directory.CreateDirectory(folder["node"]).FullName;
        if (await NodePackages.TryInstallAsync("Node", programs) is { } reason) Assert.Skip(reason);
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Import__AllowedNetworks__0"] = "127.0.0.0/8",
            ["Granary__Hooks__Webhook__AllowedNetworks__0"] = "127.0.0.0/8",
        });
        var bundle = await BundleAsync(folder);
        await AddDeadLetterAsync(server);

        var output = await NodePackages.RunAsync(
            "node", programs, "walk.mjs", new Uri(server.RpcUrl).Authority, server.Url, Path.Combine(AppContext.BaseDirectory, "Protos"),
            GranaryServer.AdminName, GranaryServer.AdminPassword, bundle);
        var told = JsonDocument.Parse(output).RootElement;
        var calls = Calls().Order(StringComparer.Ordinal);
        Assert.Equal(calls, NamesOf(told, "known"));
        Assert.Equal(calls, NamesOf(told, "answered"));
    }

    /// <summary>Of all protos that the server is built of.</summary>
    private static IEnumerable<string> Calls() => typeof(UserService).Assembly.GetTypes()
        .Where(static type => type.Namespace == typeof(UserService).Namespace && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(static type => (FileDescriptor)type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
        .SelectMany(static file => file.Services)
        .SelectMany(static service => service.Methods)
        .Select(static method => $"{method.Service.Name}.{method.Name}");

    private static IEnumerable<string?> NamesOf(JsonElement told, string list) => told.GetProperty(list).EnumerateArray().Select(static name => name.GetString());

    private static async Task<string> BundleAsync(TemporaryFolder folder)
    {
        var git = GitClient.Create(folder.Path);
        await git.RunAsync("init", "-q", "-b", "main", "source");
        await git.In("source").RunAsync("commit", "-q", "--allow-empty", "-m", "first");
        await git.In("source").RunAsync("bundle", "create", "-q", folder["source.bundle"], "main");
        return folder["source.bundle"];
    }

    /// <summary>One that nobody can read, so that it is dead again when it was replayed.</summary>
    private static async Task AddDeadLetterAsync(GranaryServer server)
    {
        await using var queues = new SqliteConnection($"Data Source={Path.Combine(server.DataPath, "streams.db")};Pooling=False");
        await queues.OpenAsync();
        await using var command = queues.CreateCommand();
        command.CommandText = """
            INSERT INTO dead_letter (provider, queue, namespace, key, enqueued_at, died_at, attempts, reason, body)
            SELECT 'activity', name, 'activity', 'nobody', 1, 2, 20, 'it failed', x'ffff' FROM queue LIMIT 1
            """;
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
