using System.Threading.Tasks.Sources;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>An event that one waits for and many set; setting it twice before it is taken counts once. Allocates nothing a wait.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Raised = 1;
    private const int Awaited = 2;
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Set()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state == Raised) return;
            if (state == Idle && Interlocked.CompareExchange(ref _state, Raised, Idle) == Idle) return;
            if (state == Awaited && Interlocked.CompareExchange(ref _state, Idle, Awaited) == Awaited)
            {
                _source.SetResult(true);
                return;
            }
        }
    }

    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Raised) == Raised) return default;
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Idle) == Idle) return new ValueTask(this, _source.Version);
        Interlocked.Exchange(ref _state, Idle);
        return default;
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
