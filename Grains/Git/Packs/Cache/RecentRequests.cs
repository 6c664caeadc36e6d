namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Which requests came lately: one that comes again is worth a file.</summary>
internal sealed class RecentRequests(TimeSpan within, TimeProvider time)
{
    private const int Most = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<PackKey, LinkedListNode<Request>> _requests = [];
    private readonly LinkedList<Request> _byTime = new();

    /// <summary>Whether it came before; it has now.</summary>
    public bool SawBefore(PackKey key)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var isKnown = _requests.Remove(key, out var node);
            if (isKnown) _byTime.Remove(node!);
            var isLarge = isKnown && node!.Value.IsTooLarge;
            _requests[key] = _byTime.AddLast(new Request(key, now, isLarge));
            if (_requests.Count > Most)
            {
                _requests.Remove(_byTime.First!.Value.Key);
                _byTime.RemoveFirst();
            }

            return isKnown && now - node!.Value.At <= within;
        }
    }

    public bool IsTooLarge(PackKey key)
    {
        lock (_gate) return _requests.TryGetValue(key, out var node) && node.Value.IsTooLarge;
    }

    /// <summary>Its answer does not fit: as long as it is remembered, each request has a git of its own.</summary>
    public void MarkTooLarge(PackKey key)
    {
        lock (_gate)
        {
            if (_requests.TryGetValue(key, out var node)) node.Value = node.Value with { IsTooLarge = true };
        }
    }

    private readonly record struct Request(PackKey Key, DateTimeOffset At, bool IsTooLarge);
}
