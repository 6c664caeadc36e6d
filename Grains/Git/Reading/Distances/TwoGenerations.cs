using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Granary.Grains.Git.Reading.Distances;

/// <summary>
/// A bounded memory of what never changes. When the young half is full, it becomes the old one, and what nobody asked for since the
/// last time is forgotten: as good as an order of use for lists, at the price of a look-up.
/// </summary>
internal sealed class TwoGenerations<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _turn = new();
    private ConcurrentDictionary<TKey, TValue> _young = new();
    private ConcurrentDictionary<TKey, TValue> _old = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value)) return true;
        if (!_old.TryGetValue(key, out value)) return false;
        Add(key, value);
        return true;
    }

    public void Add(TKey key, TValue value)
    {
        _young[key] = value;
        if (_young.Count <= capacity / 2) return;
        lock (_turn)
        {
            if (_young.Count <= capacity / 2) return;
            _old = _young;
            _young = new ConcurrentDictionary<TKey, TValue>();
        }
    }
}
