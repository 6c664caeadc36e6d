namespace Granary.Grains.Git.Packs;

/// <summary>Strikes when git, asked for an answer, says nothing for too long; the client's own pauses do not count.</summary>
internal sealed class StallClock : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private bool _isAsked;
    private bool _isWaiting;

    public StallClock(TimeSpan timeout, TimeProvider time, Action strike)
    {
        _timeout = timeout;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = _source.Token.UnsafeRegister(static state => ((Action)state!)(), strike);
    }

    public bool HasStruck => _source.IsCancellationRequested;

    /// <summary>git has the whole request.</summary>
    public void Asked()
    {
        lock (_gate)
        {
            _isAsked = true;
            if (_isWaiting) _source.CancelAfter(_timeout);
        }
    }

    /// <summary>We wait for git.</summary>
    public void Waiting()
    {
        lock (_gate)
        {
            _isWaiting = true;
            if (_isAsked) _source.CancelAfter(_timeout);
        }
    }

    /// <summary>git said something.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _isWaiting = false;
            _source.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
