using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>How many key exchanges are computed at once: peers without a login must not have all processors.</summary>
internal sealed class KeyExchangeLimiter : IDisposable
{
    private readonly int _limit;
    private readonly SemaphoreSlim _places;
    private int _waiting;

    public KeyExchangeLimiter(IOptions<SshOptions> options)
    {
        _limit = options.Value.MaxKeyExchanges > 0 ? options.Value.MaxKeyExchanges : 2 * Environment.ProcessorCount;
        _places = new SemaphoreSlim(_limit);
    }

    public int Running => _limit - _places.CurrentCount;

    public int Waiting => Volatile.Read(ref _waiting);

    public async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return new Place(_places);
    }

    public void Dispose() => _places.Dispose();

    public readonly struct Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
