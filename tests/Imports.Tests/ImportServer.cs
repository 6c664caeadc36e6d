using Granary.Imports.Tests;
using Granary.Tests.Harness;

[assembly: AssemblyFixture(typeof(ImportServer))]

namespace Granary.Imports.Tests;

/// <summary>The one server of the suite; of loopback it may reach 127.0.0.1 and nothing else. Each test has a project of its own.</summary>
public sealed class ImportServer : IAsyncLifetime
{
    public const string Password = "a good long password";

    private static int _count;
    private GranaryServer? _server;

    public GranaryServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Granary__Import__AllowedNetworks__0"] = "127.0.0.1/32",
        ["Granary__Import__MaxConcurrent"] = "100",
    };

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(Settings);
        foreach (var user in (string[])["anna", "vera"]) await Server.Admin.CreateUserAsync(user, Password);
    }

    /// <summary>A new project, public so that tests may look without a login.</summary>
    public async Task<string> NewProjectAsync()
    {
        var key = $"P{Interlocked.Increment(ref _count)}";
        await Server.Admin.CreateProjectAsync(key, @public: true);
        return key;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
