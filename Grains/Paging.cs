namespace Granary.Grains;

/// <summary>Cuts pages out of sorted entries.</summary>
internal static class Paging
{
    /// <summary>The first entries, as many as were asked for within the limits, and the key to continue after.</summary>
    public static (List<KeyValuePair<string, T>> Items, string? NextAfter) Take<T>(IEnumerable<KeyValuePair<string, T>> sorted, int size)
    {
        var limit = Math.Clamp(size, 1, PageRequest.MaxSize);
        var items = sorted.Take(limit + 1).ToList();
        if (items.Count <= limit) return (items, null);
        items.RemoveAt(limit);
        return (items, items[^1].Key);
    }
}
