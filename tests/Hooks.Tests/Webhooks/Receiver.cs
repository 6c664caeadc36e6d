using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>What a receiver got.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

    public string Event => Headers["X-Granary-Event"];

    public string Delivery => Headers["X-Granary-Delivery"];

    public long Sequence => Json.GetProperty("sequence").GetInt64();

    public bool IsSignedWith(string secret) =>
        Headers.GetValueOrDefault("X-Granary-Signature-256")
        == "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Body));
}

/// <summary>A real HTTP server that takes deliveries and answers as the test wants.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _all = new();

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Answers a request; by default with 200.</summary>
    public Func<HttpContext, Received, Task> Answer { get; set; } = static (_, _) => Task.CompletedTask;

    public string Url { get; private set; } = "";

    public IReadOnlyList<Received> All => [.. _all];

    /// <param name="address">Of loopback; another one is another host to the server.</param>
    /// <param name="port">0: a free one.</param>
    /// <param name="configure">Of the endpoint, for example TLS.</param>
    public static async Task<Receiver> StartAsync(
        string address = "127.0.0.1", int port = 0, Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address), port, listen => configure?.Invoke(listen)));
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        receiver.Url = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that hang are cut off.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var received = new Received(
            context.Request.Path, context.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(), DateTimeOffset.UtcNow);
        _all.Enqueue(received);
        await Answer(context, received);
    }
}
