using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>How many key exchanges are computed at once: peers without a login must not have all processors.</summary>
internal sealed class KeyExchangeLimiter(IOptions<SshOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _places =
        new(options.Value.MaxKeyExchanges > 0 ? options.Value.MaxKeyExchanges : 2 * Environment.ProcessorCount);

    public async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Place(_places);
    }

    public void Dispose() => _places.Dispose();

    public readonly struct Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
