using System.IO.Pipelines;
using Granary.Git;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>
/// One git's answer on its way to any number of readers, each at its own pace. Where it is kept on the way changes: in a
/// window of memory as long as one reader may be all there is; in a file once there are two, or there were before; and where
/// there is no room for either, nowhere: git then waits for the slowest, and nobody can join any more.
/// </summary>
/// <remarks>This part is what readers do; the other is git's side.</remarks>
internal sealed partial class SharedAnswer(AnswerStore store, JoinMemory windows, int window, IGitPlace place, TimeProvider time)
    : IDisposable
{
    /// <summary>How long git may take to end when all it had to say was taken.</summary>
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new(Timeout.InfiniteTimeSpan, time);
    private readonly List<Reader> _readers = [];
    private readonly List<AnswerChunk> _chunks = [];
    private TaskCompletionSource? _news;
    private TaskCompletionSource? _room;
    private Keeping _keeping = Keeping.Window;
    private AnswerFile? _file;
    private Exception? _fault;
    private Task _production = Task.CompletedTask;
    private long _length;
    private long _filed;
    private bool _isOpen = true;
    private bool _hasEnded;
    private bool _isKept;
    private bool _isFlushed;
    private bool _isLeft;

    private enum Keeping
    {
        Window,
        File,
        Nowhere,
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate) return _isOpen;
        }
    }

    /// <summary>Null when it is too late to join.</summary>
    public Reader? TryJoin()
    {
        TaskCompletionSource? room = null;
        Reader reader;
        lock (_gate)
        {
            if (!_isOpen) return null;
            _readers.Add(reader = new Reader(this));
            if (_readers.Count > 1 && _keeping == Keeping.Window)
            {
                MoveToFile();
                (room, _room) = (_room, null);
            }
        }

        room?.TrySetResult();
        return reader;
    }

    private async Task CopyAsync(Reader reader, PipeWriter response, CancellationToken cancellationToken)
    {
        while (true)
        {
            AnswerChunk? chunk = null;
            Task? news = null;
            int length;
            lock (_gate)
            {
                if (reader.Position == _length)
                {
                    if (_hasEnded && _fault is null) return;
                    if (_fault is { } fault) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
                    news = (_news ??= NewSource()).Task;
                }

                var end = _length;
                if (news is null) chunk = Find(reader.Position, out end);
                length = (int)Math.Min(end - reader.Position, AnswerReading.Size);
                chunk?.Pin();
            }

            if (news is not null)
            {
                await news.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (chunk is not null) Copy(chunk, reader.Position, response.GetSpan(length)[..length]);
            else length = await AnswerReading.ReadAsync(_file!.Handle, response.GetMemory(length)[..length], reader.Position, store.Threads).ConfigureAwait(false);
            response.Advance(length);
            Moved(reader, length);
            var flush = await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) throw new OperationCanceledException("The client went away.");
        }
    }

    /// <summary>The chunk that holds what is at the position, null when that is in the file; and where it ends.</summary>
    private AnswerChunk? Find(long position, out long end)
    {
        end = _length;
        if (position < _filed)
        {
            end = _filed;
            return null;
        }

        for (var i = _chunks.Count - 1; i >= 0; i--)
        {
            if (_chunks[i].Start <= position) return _chunks[i];
            end = Math.Min(_length, _chunks[i].Start);
        }

        throw new InvalidOperationException("Part of an answer was dropped before everybody had it.");
    }

    private void Copy(AnswerChunk chunk, long position, Span<byte> to)
    {
        try
        {
            chunk.Slice(position, to.Length).CopyTo(to);
        }
        finally
        {
            lock (_gate) chunk.Unpin();
        }
    }

    private void Moved(Reader reader, int length)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            reader.Position += length;
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
    }

    private async ValueTask LeaveAsync(Reader reader)
    {
        TaskCompletionSource? room;
        bool isLast, hasAll;
        lock (_gate)
        {
            _readers.Remove(reader);
            isLast = _readers.Count == 0;
            hasAll = reader.Position == _length && _isFlushed;

            // Whoever comes while git ends can still have all of it.
            if (isLast && !hasAll) _isOpen = false;
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        if (!isLast) return;

        // A client may leave with the last flush: git is about to end then, and its answer is as good as any.
        if (hasAll) _stop.CancelAfter(EndGrace);
        else await _stop.CancelAsync().ConfigureAwait(false);
        await _production.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_readers.Count > 0 || _isLeft) return;
            _isLeft = true;
        }

        Dispose();
    }

    /// <summary>Done by the last reader, when git has ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            ReleaseWindow();
            foreach (var chunk in _chunks) chunk.Drop();
            _chunks.Clear();
        }

        _file?.Close(_isKept);
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One client's way through an answer; the last one to leave ends git.</summary>
    public sealed class Reader(SharedAnswer answer) : IAsyncDisposable
    {
        public long Position { get; set; }

        /// <exception cref="GitProcessException">git failed; what it had said was passed on before.</exception>
        public Task CopyToAsync(PipeWriter response, CancellationToken cancellationToken) => answer.CopyAsync(this, response, cancellationToken);

        public ValueTask DisposeAsync() => answer.LeaveAsync(this);
    }
}
