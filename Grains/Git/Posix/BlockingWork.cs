using System.Collections.Concurrent;

namespace Granary.Grains.Git.Posix;

/// <summary>
/// A fixed number of threads for work that blocks in the kernel (fsync, flock, rename): such work never runs on a grain's
/// scheduler nor takes threads from the pool that serves requests.
/// </summary>
internal sealed class BlockingWork : IDisposable
{
    private readonly BlockingCollection<Action> _queue = [];

    public BlockingWork(int threads)
    {
        for (var i = 0; i < threads; i++)
        {
            new Thread(Run) { IsBackground = true, Name = $"granary-files-{i}" }.Start();
        }
    }

    /// <summary>Runs <paramref name="work"/>; continuations run on the pool, not on the thread of the work.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() =>
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
        });
        return completion.Task;
    }

    public void Dispose() => _queue.CompleteAdding();

    private void Run()
    {
        foreach (var work in _queue.GetConsumingEnumerable()) work();
    }
}
