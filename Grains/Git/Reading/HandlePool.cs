using Granary.Git;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading;

/// <summary>
/// The open object stores of a silo. One is used by several readers when a repository has as many as it may; those that nobody
/// uses are closed after a time, or when others need their place, so that deleted repositories and old packs let go of their files.
/// </summary>
internal sealed class HandlePool : IDisposable
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    private readonly Dictionary<RepositoryId, List<Entry>> _open = [];
    private readonly object _gate = new();
    private readonly RepositoryLayout _layout;
    private readonly ReadingOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private int _count;

    public HandlePool(RepositoryLayout layout, IOptions<ReadingOptions> options, TimeProvider time)
    {
        (_layout, _options, _time) = (layout, options.Value, time);
        _sweep = time.CreateTimer(_ => Sweep(), null, _options.HandleIdleTime, _options.HandleIdleTime / 4);
    }

    /// <exception cref="GitBusyException">All are in use.</exception>
    /// <exception cref="RepositoryUnavailableException">The repository's files are not there.</exception>
    public Lease Rent(RepositoryId repository)
    {
        lock (_gate)
        {
            var entries = _open.GetValueOrDefault(repository) ?? [];
            var entry = entries.MinBy(static e => e.Uses);
            if (entry is not { Uses: 0 } && entries.Count < _options.MaxHandlesPerRepository)
            {
                if (_count < _options.MaxHandles || CloseOldest()) entry = Open(repository);
                else if (entry is null) throw Busy();
            }

            entry!.Uses++;
            ReadingInstruments.Used(1);
            return new Lease(this, entry);
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        lock (_gate)
        {
            foreach (var entry in _open.Values.SelectMany(static e => e)) Close(entry);
            _open.Clear();
        }
    }

    private static GitBusyException Busy()
    {
        ReadingInstruments.Refused("handles");
        return new GitBusyException(SoonAgain);
    }

    private Entry Open(RepositoryId repository)
    {
        var paths = _layout.Of(repository);
        if (!Directory.Exists(paths.Objects)) throw new RepositoryUnavailableException(repository);
        var entry = new Entry(new ReadHandle(repository, paths, new ObjectSource(paths.Objects)));
        if (!_open.TryGetValue(repository, out var entries)) _open.Add(repository, entries = []);
        entries.Add(entry);
        _count++;
        ReadingInstruments.Opened(1);
        return entry;
    }

    private void Return(Entry entry)
    {
        ReadingInstruments.Used(-1);
        lock (_gate)
        {
            entry.Uses--;
            entry.IdleSince = _time.GetTimestamp();
        }
    }

    private bool CloseOldest()
    {
        var oldest = _open.Values.SelectMany(static e => e).Where(static e => e.Uses == 0).MinBy(static e => e.IdleSince);
        if (oldest is not null) Remove(oldest);
        return oldest is not null;
    }

    private void Sweep()
    {
        lock (_gate)
        {
            var idle = _open.Values.SelectMany(static e => e)
                .Where(e => e.Uses == 0 && _time.GetElapsedTime(e.IdleSince) >= _options.HandleIdleTime).ToArray();
            foreach (var entry in idle) Remove(entry);
        }
    }

    private void Remove(Entry entry)
    {
        var repository = entry.Handle.Repository;
        _open[repository].Remove(entry);
        if (_open[repository].Count == 0) _open.Remove(repository);
        Close(entry);
    }

    private void Close(Entry entry)
    {
        _count--;
        ReadingInstruments.Opened(-1);
        entry.Handle.Objects.Dispose();
    }

    private sealed class Entry(ReadHandle handle)
    {
        public ReadHandle Handle { get; } = handle;

        public int Uses { get; set; }

        public long IdleSince { get; set; }
    }

    /// <summary>The use of a handle until it is disposed.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly HandlePool _pool;
        private readonly object _entry;
        private int _isReturned;

        internal Lease(HandlePool pool, object entry) => (_pool, _entry) = (pool, entry);

        public ReadHandle Handle => ((Entry)_entry).Handle;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0) _pool.Return((Entry)_entry);
        }
    }
}
