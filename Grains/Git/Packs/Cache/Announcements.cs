namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Tells those who wait for a place that somebody else began to make what they want.</summary>
internal sealed class Announcements
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PackKey, Shared> _watched = [];

    public Announcement Watch(PackKey key)
    {
        lock (_gate)
        {
            if (!_watched.TryGetValue(key, out var shared)) _watched[key] = shared = new Shared();
            shared.Watchers++;
            return new Announcement(this, key, shared);
        }
    }

    public void Announce(PackKey key)
    {
        Shared? shared;
        lock (_gate)
        {
            if (!_watched.Remove(key, out shared)) return;
        }

        shared.Started.TrySetResult();
    }

    public sealed class Announcement(Announcements announcements, PackKey key, Shared shared) : IDisposable
    {
        public Task Started => shared.Started.Task;

        public void Dispose()
        {
            lock (announcements._gate)
            {
                if (--shared.Watchers == 0 && announcements._watched.TryGetValue(key, out var watched) && watched == shared)
                    announcements._watched.Remove(key);
            }
        }
    }

    internal sealed class Shared
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Watchers { get; set; }
    }
}
