using Granary.Frontends.GitProtocol;
using Granary.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Imports.Remote;

/// <summary>The one HTTP client of imports; every connection of it obeys the rules of addresses.</summary>
internal sealed class RemoteHttp : IDisposable
{
    private readonly HttpMessageInvoker _client;

    public RemoteHttp(IOptions<ImportOptions> options, ILogger<RemoteHttp> logger)
        : this(new GuardedConnector(new AddressRules(options.Value.AllowedNetworks), logger), options.Value)
    {
    }

    internal RemoteHttp(GuardedConnector connector, ImportOptions options) =>
        _client = new HttpMessageInvoker(connector.CreateHandler(options.ConnectTimeout), disposeHandler: true);

    /// <summary>Sends and returns with the head of the answer.</summary>
    /// <exception cref="ImportRefusedException">No connection came about.</exception>
    public async ValueTask<HttpResponseMessage> SendAsync(HttpRequestMessage request, RemoteUrl url, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", "git/2 (" + ServerAgent.Value + ")");
        request.Headers.TryAddWithoutValidation("Git-Protocol", "version=2");
        request.Headers.Authorization = url.Authorization;
        try
        {
            return await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException fault)
        {
            if (fault.InnerException is AddressRefusedException refused) throw new ImportRefusedException(RefusalKind.FailedPrecondition, refused.Message);
            throw new ImportRefusedException(RefusalKind.Unavailable, $"{url} could not be reached ({fault.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ImportRefusedException(RefusalKind.Unavailable, $"{url} could not be reached in time.");
        }
    }

    public void Dispose() => _client.Dispose();
}
