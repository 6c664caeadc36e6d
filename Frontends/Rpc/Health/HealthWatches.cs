using Granary.Frontends.Rpc.Errors;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Health;

/// <summary>Counts the watches of health, which anybody may begin and which last.</summary>
internal sealed class HealthWatches(IOptions<RpcOptions> options)
{
    private int _running;

    /// <returns>The place of one watch, until it is disposed of.</returns>
    /// <exception cref="RefusedException">There are enough.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref _running) <= options.Value.MaxHealthWatches) return new Place(this);
        Interlocked.Decrement(ref _running);
        throw new RefusedException(new Refusal(RefusalKind.ResourceExhausted, "There are too many watches of the server's health; please ask with Check."));
    }

    private sealed class Place(HealthWatches watches) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref watches._running);
    }
}
