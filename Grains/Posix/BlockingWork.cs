namespace Granary.Grains.Posix;

/// <summary>
/// A fixed number of threads for work that blocks in the kernel (fsync, flock, rename): such work never runs on a grain's
/// scheduler nor takes threads from the pool that serves requests.
/// </summary>
/// <remarks>Idle threads wait without spinning: with many of them, spinning cost more than the work.</remarks>
internal sealed class BlockingWork : IDisposable
{
    /// <summary>The key of the threads for what nobody waits for: outbox and housekeeping take none from pushes.</summary>
    public const string Background = "granary-later";

    private readonly Queue<Action> _queue = new();
    private readonly object _gate = new();
    private bool _stopped;

    public BlockingWork(int threads, string name = "granary-files")
    {
        for (var i = 0; i < threads; i++)
        {
            new Thread(Run) { IsBackground = true, Name = $"{name}-{i}" }.Start();
        }
    }

    /// <summary>Runs <paramref name="work"/>; continuations run on the pool, not on the thread of the work.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _queue.Enqueue(Complete);
            Monitor.Pulse(_gate);
        }

        return completion.Task;

        void Complete()
        {
            try
            {
                completion.SetResult(work());
            }
#pragma warning disable CA1031 // Handed to whoever awaits it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                completion.SetException(exception);
            }
        }
    }

    /// <summary>What is queued is still done.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        while (TryTake(out var work)) work();
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Action? work)
    {
        lock (_gate)
        {
            while (!_queue.TryDequeue(out work))
            {
                if (_stopped) return false;
                Monitor.Wait(_gate);
            }

            return true;
        }
    }
}
