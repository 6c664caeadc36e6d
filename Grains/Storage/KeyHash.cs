namespace Granary.Grains.Storage;

/// <summary>A hash that is the same in every process and version: records are found by it.</summary>
internal static class KeyHash
{
    /// <summary>FNV-1a over the UTF-16 code units, its bits mixed so that the low ones may be used alone; never negative.</summary>
    public static int Of(string key)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in key) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0x9E3779B97F4A7C15UL;
        return (int)(hash >> 33);
    }
}
