using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

[CollectionDefinition(Name)]
public sealed class StrictServerCollection : ICollectionFixture<StrictServer>
{
    public const string Name = "strict server";
}

/// <summary>The built server with one address that webhooks may go to, a short log and little patience with receivers.</summary>
public sealed class StrictServer : IAsyncLifetime
{
    public const string Allowed = "127.0.0.9";

    public const int MaxLogged = 5;

    public const int MaxLoggedAttempts = 3;

    private GranaryServer? _server;

    internal GranaryServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await GranaryServer.StartAsync(new Dictionary<string, string>(WebhookServer.Settings)
    {
        ["Granary__Hooks__Webhook__AllowedNetworks__0"] = Allowed + "/32",
        ["Granary__Hooks__Webhook__MaxLogged"] = $"{MaxLogged}",
        ["Granary__Hooks__Webhook__MaxLoggedAttempts"] = $"{MaxLoggedAttempts}",
        ["Granary__Hooks__Webhook__PrunePeriod"] = "00:00:00.5",
        ["Granary__Hooks__Webhook__MaxTries"] = "5",
        ["Granary__Hooks__Webhook__MinRetryDelay"] = "00:00:00.05",
        ["Granary__Hooks__Webhook__DisableAfter"] = "00:00:02",
    });

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
