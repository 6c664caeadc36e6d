using System.IO.Pipelines;
using Granary.Git;

namespace Granary.Grains.Git.Packs.Cache;

internal sealed partial class SharedAnswer
{
    private const int ChunkSize = 256 << 10;

    /// <summary>What git's side asks for at a time; a chunk with less room is full.</summary>
    private const int LeastRoom = 64 << 10;

    /// <summary>How far git may be ahead of its readers where nothing but memory holds what they have not taken.</summary>
    private const int MaxAhead = 2 * ChunkSize;

    private readonly byte[] _tail = new byte[4];
    private long _written;
    private int _windowTaken;

    /// <summary>Bytes of the answer, when it has ended.</summary>
    public long Length => _length;

    /// <summary>Sends git's bytes to the readers from here on.</summary>
    /// <param name="isRepeated">It was asked for before: it goes to a file at once.</param>
    /// <param name="isShared">Others may join.</param>
    /// <param name="run">Runs git with this writer until it is cancelled; the place is given back after it.</param>
    /// <param name="keep">Takes a file that holds the whole answer; false: it is not wanted.</param>
    /// <param name="ended">Called before the readers are told the end.</param>
    public void Start(
        bool isRepeated, bool isShared, Func<PipeWriter, CancellationToken, Task> run, Func<AnswerFile, bool> keep, Action ended)
    {
        lock (_gate)
        {
            if (!isShared) MoveNowhere();
            else if (isRepeated) MoveToFile();
        }

        _production = ProduceAsync(run, keep, ended);
    }

    private async Task ProduceAsync(Func<PipeWriter, CancellationToken, Task> run, Func<AnswerFile, bool> keep, Action ended)
    {
        Exception? fault = null;
        using (place)
        {
            try
            {
                await run(new Writer(this), _stop.Token).ConfigureAwait(false);
                Publish();
                await StoreAsync(isEnd: true).ConfigureAwait(false);
                _isKept = _file?.Length == _length && _filed == _length && _isFlushed && keep(_file);
            }
#pragma warning disable CA1031 // Each reader throws it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Publish();
                fault = exception;
            }
        }

        ended();
        TaskCompletionSource? news;
        lock (_gate)
        {
            _isOpen = false;
            _fault = fault;
            _hasEnded = true;
            (news, _news) = (_news, null);
        }

        news?.TrySetResult();
    }

    private void Publish()
    {
        TaskCompletionSource? news;
        lock (_gate)
        {
            _length = _written;
            _isFlushed = _tail.AsSpan().SequenceEqual("0000"u8);
            (news, _news) = (_news, null);
        }

        news?.TrySetResult();
    }

    /// <summary>Puts what was published where it is kept, which without a file means to wait until the readers have taken some.</summary>
    private async ValueTask StoreAsync(bool isEnd)
    {
        while (true)
        {
            Task? room = null;
            bool isFile;
            lock (_gate)
            {
                isFile = _keeping == Keeping.File;
                if (_keeping == Keeping.Nowhere) DropTaken();
                if (!isFile)
                {
                    if (isEnd || _readers.Count == 0 || _length - _readers.Min(static r => r.Position) <= MaxAhead) return;
                    room = (_room ??= NewSource()).Task;
                }
            }

            if (room is not null) await place.LendWhileAsync(room, time).ConfigureAwait(false);
            else if (await TryFileAsync(isEnd).ConfigureAwait(false)) return;
            else lock (_gate) MoveNowhere();
        }
    }

    /// <summary>Writes full chunks, at the end the last one too; false: there is no room, or the volume failed.</summary>
    private async ValueTask<bool> TryFileAsync(bool isEnd)
    {
        while (true)
        {
            AnswerChunk chunk;
            lock (_gate)
            {
                if (_chunks.Count == 0) return true;
                chunk = _chunks[0];
                if (_chunks.Count == 1 && !isEnd && chunk.Free.Length >= LeastRoom) return true;
            }

            _file ??= await store.Threads.RunAsync(store.TryCreate).ConfigureAwait(false);
            if (_file is null || !await store.TryAppendAsync(_file, chunk.Bytes).ConfigureAwait(false)) return false;
            lock (_gate)
            {
                _filed += chunk.Filled;
                _chunks.RemoveAt(0);
                chunk.Drop();
            }
        }
    }

    private void MoveToFile()
    {
        _keeping = Keeping.File;
        ReleaseWindow();
    }

    private void MoveNowhere()
    {
        _keeping = Keeping.Nowhere;
        _isOpen = false;
        ReleaseWindow();
    }

    private void ReleaseWindow()
    {
        windows.GiveBack(_windowTaken);
        _windowTaken = 0;
    }

    /// <summary>What everybody has need not be held; a chunk that still has room stays for what comes.</summary>
    private void DropTaken()
    {
        var slowest = _readers.Count == 0 ? _length : _readers.Min(static r => r.Position);
        while (_chunks.Count > 1 && _chunks[1].Start <= slowest)
        {
            _chunks[0].Drop();
            _chunks.RemoveAt(0);
        }
    }

    private Memory<byte> GetMemory(int sizeHint)
    {
        lock (_gate)
        {
            if (_chunks.Count > 0 && _chunks[^1].Free.Length >= Math.Max(sizeHint, 1)) return _chunks[^1].Free;
            var size = Math.Max(sizeHint, ChunkSize);
            if (_keeping == Keeping.Window)
            {
                if (_windowTaken + size <= window && windows.TryTake(size)) _windowTaken += size;
                else MoveNowhere();
            }

            _chunks.Add(new AnswerChunk(_written, size));
            return _chunks[^1].Free;
        }
    }

    private void Advance(int bytes)
    {
        var chunk = _chunks[^1];
        var added = chunk.Free.Span[..bytes];
        if (bytes < _tail.Length) _tail.AsSpan(bytes).CopyTo(_tail);
        added[Math.Max(0, bytes - _tail.Length)..].CopyTo(_tail.AsSpan(Math.Max(0, _tail.Length - bytes)));
        chunk.Filled += bytes;
        _written += bytes;
    }

    /// <summary>What git's process writes to.</summary>
    private sealed class Writer(SharedAnswer answer) : PipeWriter
    {
        public override Memory<byte> GetMemory(int sizeHint = 0) => answer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => answer.GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => answer.Advance(bytes);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            answer.Publish();
            await answer.StoreAsync(isEnd: false).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return default;
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
