using System.Collections.Concurrent;
using Granary.Grains.Git;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Repositories;

/// <summary>
/// The silo's snapshots. A check that began after a request came answers that request; while one is in flight the next ones
/// wait for the one check that follows it, so a repository has at most two checks under way whatever the load.
/// </summary>
internal sealed class RefCache(
    IGrainFactory grains, RepositoryLayout layout, BlockingWork files, IOptions<GitOptions> options, TimeProvider time) : IRefCache
{
    /// <summary>Snapshots not asked for in this time are forgotten.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    private readonly IGrainFactory _grains = grains;
    private readonly RepositoryLayout _layout = layout;
    private readonly LooseRefsLook _look = new(files, options.Value.LooseRefsLookInterval, time);
    private readonly ConcurrentDictionary<RepositoryId, Entry> _entries = new();
    private long _nextSweep = time.GetTimestamp();

    public async ValueTask<RefSnapshot> GetAsync(RepositoryId repository, CancellationToken cancellationToken)
    {
        Sweep();
        var entry = _entries.GetOrAdd(repository, static (id, cache) => new Entry(cache._grains, cache._layout.Of(id), id, cache._look), this);
        entry.LastUsed = time.GetTimestamp();
        var known = entry.Known;
        var outcome = "failed";
        try
        {
            var refs = await entry.CheckAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            outcome = ReferenceEquals(refs, known) ? "hit" : "miss";
            return refs;
        }
        finally
        {
            RefCacheInstruments.Answered(outcome);
        }
    }

    private void Sweep()
    {
        var next = Volatile.Read(ref _nextSweep);
        var now = time.GetTimestamp();
        if (now < next || Interlocked.CompareExchange(ref _nextSweep, now + time.TimestampFrequency * 60, next) != next) return;
        foreach (var (id, entry) in _entries)
        {
            if (time.GetElapsedTime(entry.LastUsed, now) > IdleTime) _entries.TryRemove(id, out _);
        }
    }

    private sealed class Entry(IGrainFactory grains, RepositoryPaths paths, RepositoryId id, LooseRefsLook look)
    {
        private readonly Lock _gate = new();
        private RefSnapshot? _refs;
        private long? _lastLook;
        private Task<RefSnapshot>? _running;
        private Task<RefSnapshot>? _next;

        public long LastUsed { get; set; }

        public RefSnapshot? Known => _refs;

        public Task<RefSnapshot> CheckAsync()
        {
            lock (_gate)
            {
                if (_running is null or { IsCompleted: true }) return _running = AskAsync();
                return _next ??= AfterAsync(_running);
            }
        }

        private async Task<RefSnapshot> AfterAsync(Task<RefSnapshot> running)
        {
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            Task<RefSnapshot> own;
            lock (_gate)
            {
                _next = null;
                own = _running = AskAsync();
            }

            return await own.ConfigureAwait(false);
        }

        private async Task<RefSnapshot> AskAsync()
        {
            var known = _refs;
            var grain = grains.GetRepository(id);
            var refs = await grain.GetRefsIfNewerAsync(known?.Version ?? default, CancellationToken.None).ConfigureAwait(false) ?? known!;

            var isForeign = await IsForeignAsync(refs).ConfigureAwait(false);
            RefCacheInstruments.Checked(isForeign ? "foreign" : ReferenceEquals(refs, known) ? "same" : "newer");
            if (isForeign)
                refs = await grain.ReloadRefsAsync(refs.Version, CancellationToken.None).ConfigureAwait(false);
            return _refs = refs;
        }

        /// <summary>The grain is one activation as a rule, but not by law: files that are not the snapshot's mean another writer.</summary>
        private async ValueTask<bool> IsForeignAsync(RefSnapshot refs)
        {
            try
            {
                if (RefStore.Stamp(paths) != refs.Stamp) return true;
                if (!look.IsDue(_lastLook)) return false;
                _lastLook = look.Now;
                return await look.FindsAnyAsync(paths).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new RepositoryUnavailableException(id, VolumeFaults.Of(exception));
            }
        }
    }
}
