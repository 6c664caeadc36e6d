namespace Granary.Frontends.GitProtocol;

/// <summary>Counts running git requests over any transport, so that a stopping server ends those and begins no new ones.</summary>
public sealed class RequestDrain : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _brokenOff = new();
    private int _running;
    private bool _draining;

    public bool IsDraining
    {
        get
        {
            lock (_gate) return _draining;
        }
    }

    /// <summary>Cancelled when running requests have had their time.</summary>
    public CancellationToken BrokenOff => _brokenOff.Token;

    /// <summary>Begins a request; false when the server is stopping.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_draining) return false;
            _running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_running == 0 && _draining) _empty.TrySetResult();
        }
    }

    /// <summary>Refuses new requests; completes when the last running one has ended.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _draining = true;
            if (_running == 0) _empty.TrySetResult();
        }

        return _empty.Task;
    }

    /// <summary>Ends what still runs.</summary>
    public void BreakOff() => _brokenOff.Cancel();

    public void Dispose() => _brokenOff.Dispose();
}
