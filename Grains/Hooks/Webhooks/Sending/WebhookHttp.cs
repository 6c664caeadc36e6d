using System.Net.Security;
using Granary.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Sending;

/// <summary>The HTTP clients of webhooks; every connection of them obeys the rules of addresses, at each redirect.</summary>
internal sealed class WebhookHttp : IDisposable
{
    private const int MaxResponseHeaders = 32;

    private readonly HttpMessageInvoker _verified;
    private readonly HttpMessageInvoker _unverified;

    public WebhookHttp(IOptions<WebhookOptions> options, ILogger<WebhookHttp> logger, NameLookup? lookup = null)
    {
        var connector = new GuardedConnector(new AddressRules(options.Value.AllowedNetworks), logger, lookup);
        _verified = Create(connector, options.Value);
#pragma warning disable CA5359 // What the webhook's administrator asked for, and the answer is nothing that anybody relies on.
        _unverified = Create(connector, options.Value, static (_, _, _, _) => true);
#pragma warning restore CA5359
    }

    public HttpMessageInvoker Client(bool verifyTls) => verifyTls ? _verified : _unverified;

    public void Dispose()
    {
        _verified.Dispose();
        _unverified.Dispose();
    }

    private static HttpMessageInvoker Create(GuardedConnector connector, WebhookOptions options, RemoteCertificateValidationCallback? validation = null)
    {
        var handler = connector.CreateHandler(options.Timeout);
        handler.SslOptions.RemoteCertificateValidationCallback = validation;
        handler.MaxResponseHeadersLength = MaxResponseHeaders;

        // An answer that is cut ends its connection: nothing more of it is read.
        handler.MaxResponseDrainSize = 0;
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        handler.ActivityHeadersPropagator = null;
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }
}
