namespace Granary.Streams.Delivery;

/// <summary>Wakes one waiter; set while nobody waits, it lets the next wait pass at once.</summary>
internal sealed class Signal
{
    private readonly object _gate = new();
    private TaskCompletionSource? _waiter;
    private bool _isSet;

    public void Set()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            if (waiter is null) _isSet = true;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Returns when the signal is set, the time is over or the token is cancelled; it does not throw.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task waiting;
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = _waiter.Task;
        }

        await waiting.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
