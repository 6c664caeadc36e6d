using System.Runtime.CompilerServices;
using Granary.Git;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading;

/// <summary>
/// Where repositories are read: on threads of its own, with a bounded queue. A stream reads a slice, gives its thread back, and
/// goes on when its client has taken that, so that a client that stands still holds no thread.
/// </summary>
internal sealed class ReaderPool(HandlePool handles, IOptions<ReadingOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    private readonly BlockingWork _threads = new(options.Value.Threads, "granary-reader");
    private readonly ReadingOptions _options = options.Value;
    private int _waiting;

    /// <param name="kind">What is read.</param>
    /// <param name="repository">Of which.</param>
    /// <param name="work">The read; it looks at the token in long loops.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <exception cref="GitBusyException">Too many wait.</exception>
    public Task<T> ReadAsync<T>(ReadKind kind, RepositoryId repository, Func<ReadHandle, CancellationToken, T> work, CancellationToken cancellationToken) =>
        RunAsync(
            kind,
            () =>
            {
                using var lease = handles.Rent(repository);
                return work(lease.Handle, cancellationToken);
            },
            cancellationToken);

    /// <summary>The items of a read one after the other, as they are asked for.</summary>
    /// <param name="kind">What is read.</param>
    /// <param name="repository">Of which.</param>
    /// <param name="work">The read; its enumerator is moved by one thread at a time, and not always the same.</param>
    /// <param name="cancellationToken">Nobody waits for it any more.</param>
    /// <exception cref="GitBusyException">Too many wait.</exception>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        ReadKind kind, RepositoryId repository, Func<ReadHandle, CancellationToken, IEnumerable<T>> work,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReadingInstruments.Streaming(kind, 1);
        HandlePool.Lease? lease = null;
        IEnumerator<T>? items = null;
        try
        {
            var slice = new List<T>();
            var isAtEnd = false;
            while (!isAtEnd)
            {
                isAtEnd = await RunAsync(
                    kind,
                    () =>
                    {
                        lease ??= handles.Rent(repository);
                        items ??= work(lease.Handle, cancellationToken).GetEnumerator();
                        return Fill(slice, items, cancellationToken);
                    },
                    cancellationToken);
                foreach (var item in slice) yield return item;
                slice.Clear();
            }
        }
        finally
        {
            items?.Dispose();
            lease?.Dispose();
            ReadingInstruments.Streaming(kind, -1);
        }
    }

    public void Dispose() => _threads.Dispose();

    /// <returns>Whether there are no more.</returns>
    private bool Fill<T>(List<T> slice, IEnumerator<T> items, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (items.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            slice.Add(items.Current);
            if (slice.Count >= _options.SliceItems || time.GetElapsedTime(start) >= _options.SliceTime) return false;
        }

        return true;
    }

    private async Task<T> RunAsync<T>(ReadKind kind, Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _waiting) > _options.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            ReadingInstruments.Refused("queue");
            throw new GitBusyException(SoonAgain);
        }

        ReadingInstruments.Queued(1);
        return await _threads.RunAsync(() =>
        {
            Interlocked.Decrement(ref _waiting);
            ReadingInstruments.Queued(-1);
            cancellationToken.ThrowIfCancellationRequested();
            ReadingInstruments.Started(kind);
            var start = time.GetTimestamp();
            try
            {
                return work();
            }
            finally
            {
                ReadingInstruments.Ended(kind, time.GetElapsedTime(start));
            }
        });
    }
}
