using System.Runtime.CompilerServices;
using Granary.Grains.Git.Journal;
using Granary.Grains.Outbox;
using Granary.Grains.Posix;
using Granary.Repositories;
using Granary.Repositories.Watching;

namespace Granary.Grains.Repositories.Watching;

/// <summary>Follows a journal by looking whether it has grown.</summary>
internal sealed class RepositoryWatch(
    RepositoryId repository, JournalReader journal, long position, BlockingWork files, WatchOptions options, TimeProvider time, Action ended) : IRepositoryWatch
{
    private const int Batch = 100;

    private int _isDisposed;

    public async IAsyncEnumerable<WatchStep> ReadAsync(bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new WatchStep(position, null);
        var told = time.GetTimestamp();
        JournalStamp seen = default;
        while (true)
        {
            // The stamp is older than what is read, so nothing is missed.
            var stamp = await RunAsync(journal.Stamp, cancellationToken);
            if (stamp != seen)
            {
                var tail = await RunAsync(() => journal.Read(position, Batch), cancellationToken);
                foreach (var record in tail.Committed)
                {
                    position = record.Sequence;

                    // Whether an update was forced takes a process to find out, which nobody who watches waits for.
                    yield return new WatchStep(position, JournalEvents.ToEvent(repository, record));
                    told = time.GetTimestamp();
                }

                if (tail.HasMore) continue;
                position = Math.Max(position, tail.Last);
                seen = stamp;
            }

            if (!follow) yield break;
            if (time.GetElapsedTime(told) >= options.KeepAlive)
            {
                yield return new WatchStep(position, null);
                told = time.GetTimestamp();
            }

            await Task.Delay(options.PollInterval, time, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) ended();
    }

    private async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await files.RunAsync(read).WaitAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RepositoryUnavailableException(repository);
        }
    }
}
