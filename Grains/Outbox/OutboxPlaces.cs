using Microsoft.Extensions.Options;

namespace Granary.Grains.Outbox;

/// <summary>How many outboxes of this silo work at once.</summary>
internal sealed class OutboxPlaces(IOptions<OutboxOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.MaxParallel);

    /// <summary>Disposing what is returned gives the place back.</summary>
    public async Task<IDisposable> TakeAsync()
    {
        await _free.WaitAsync();
        return new Place(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
