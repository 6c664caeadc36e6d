using Orleans.Storage;

namespace Granary.Grains.Storage;

/// <summary>
/// A grain's persistent map whose entries are spread over several records by a hash of the key, so that a change writes one
/// small record whatever the size of the map. All entries are in memory too, and are what is on disk: a change is seen after
/// its write, and not at all when storage throws.
/// </summary>
/// <remarks>
/// <para>
/// Records: <c>name</c> (the root) and <c>name.generation.index</c>. The number of partitions doubles when they hold more than
/// <paramref name="target"/> entries on average: the new ones are written, the root is swapped, the old ones are cleared.
/// </para>
/// <para>
/// Two activations at once (a silo that was paused) cannot lose each other's changes: each write compares an ETag; before it
/// copies the old partitions, a doubling marks the root and writes them again, which stops whoever loaded them earlier; and
/// whoever loads a marked root takes the mark off, which stops the doubling.
/// </para>
/// </remarks>
internal sealed class PartitionedMap<TValue>(IGrainStorage storage, GrainId grain, string name, int target = 256)
{
    private const int MaxLoadAttempts = 5;

    private Slot<PartitionedMapRoot> _root = new(new PartitionedMapRoot());
    private Slot<PartitionedMapPartition<TValue>>[] _partitions = [NewPartition([])];
    private List<string> _keys = [];

    public int Count => _keys.Count;

    /// <summary>How many records hold entries.</summary>
    public int PartitionCount => _partitions.Length;

    private PartitionedMapRoot Root => _root.State;

    public bool TryGet(string key, out TValue value) =>
        _partitions[KeyHash.Of(key) & (_partitions.Length - 1)].State.Entries.TryGetValue(key, out value!);

    /// <summary>The entries in ordinal order of their keys, from the first that is greater than <paramref name="after"/>.</summary>
    public IEnumerable<KeyValuePair<string, TValue>> EnumerateFrom(string? after = null, string? prefix = null)
    {
        var keys = _keys;
        var start = after is null ? 0 : Position(keys, after, behind: true);
        if (prefix is not null) start = Math.Max(start, Position(keys, prefix, behind: false));
        for (var i = start; i < keys.Count; i++)
        {
            if (prefix is not null && !keys[i].StartsWith(prefix, StringComparison.Ordinal)) yield break;
            if (TryGet(keys[i], out var value)) yield return KeyValuePair.Create(keys[i], value);
        }
    }

    /// <summary>Reads the map, and finishes what a crash left unfinished.</summary>
    public async Task LoadAsync()
    {
        for (var attempt = 0; attempt < MaxLoadAttempts; attempt++)
        {
            var root = new Slot<PartitionedMapRoot>(new PartitionedMapRoot());
            await storage.ReadStateAsync(name, grain, root);
            if (!root.RecordExists)
            {
                Adopt(root, [NewPartition([])]);
                return;
            }

            if (root.State.IsGrowing)
            {
                // In this order: once the mark is off, whoever wrote these can no longer make them valid.
                await WriteRootAsync(root, root.State with { IsGrowing = false });
                await ClearSetAsync(Begun(root.State));
            }

            if (root.State.Obsolete is { } obsolete)
            {
                await ClearSetAsync(obsolete);
                await WriteRootAsync(root, root.State with { Obsolete = null });
            }

            var partitions = await Task.WhenAll(
                Enumerable.Range(0, 1 << root.State.Depth).Select(index => LoadPartitionAsync(root.State.Generation, index)));

            // Unchanged: nobody began to double the map while its partitions were read.
            var again = new Slot<PartitionedMapRoot>(new PartitionedMapRoot());
            await storage.ReadStateAsync(name, grain, again);
            if (again.ETag != root.ETag) continue;
            Adopt(root, partitions);
            return;
        }

        throw new InconsistentStateException($"The map '{name}' of {grain} changed again and again while it was read.");
    }

    public async Task SetAsync(string key, TValue value)
    {
        await PrepareAsync();
        if (!TryGet(key, out _) && Count + 1 > (long)target << Root.Depth) await GrowAsync();
        var index = KeyHash.Of(key) & (_partitions.Length - 1);
        await ReplaceAsync(index, new Dictionary<string, TValue>(_partitions[index].State.Entries) { [key] = value });
        var position = _keys.BinarySearch(key, StringComparer.Ordinal);
        if (position < 0) _keys.Insert(~position, key);
    }

    /// <summary>Does nothing when the key is not there.</summary>
    public async Task RemoveAsync(string key)
    {
        if (!TryGet(key, out _)) return;
        await PrepareAsync();
        var index = KeyHash.Of(key) & (_partitions.Length - 1);
        var entries = new Dictionary<string, TValue>(_partitions[index].State.Entries);
        entries.Remove(key);
        await ReplaceAsync(index, entries);
        _keys.RemoveAt(_keys.BinarySearch(key, StringComparer.Ordinal));
    }

    /// <summary>Removes all entries at once.</summary>
    public async Task ClearAsync()
    {
        if (Count == 0) return;
        await PrepareAsync();
        await MarkAsync();
        await SwitchAsync(depth: 0, [[]]);
    }

    private async Task GrowAsync()
    {
        await MarkAsync();
        await Task.WhenAll(Enumerable.Range(0, _partitions.Length).Select(index => ReplaceAsync(index, _partitions[index].State.Entries)));
        var depth = Root.Depth + 1;
        var next = new Dictionary<string, TValue>[1 << depth];
        for (var index = 0; index < next.Length; index++) next[index] = [];
        foreach (var (key, value) in _partitions.SelectMany(partition => partition.State.Entries))
            next[KeyHash.Of(key) & (next.Length - 1)].Add(key, value);
        await SwitchAsync(depth, next);
    }

    /// <summary>Says that the next generation is being written; its number is on disk first, so that no record's name is used twice.</summary>
    private async Task MarkAsync()
    {
        var abandoned = Root.IsGrowing ? Begun(Root) : null;
        await WriteRootAsync(_root, Root with { IsGrowing = true, LastGeneration = Root.LastGeneration + 1 });
        if (abandoned is not null) await ClearSetAsync(abandoned);
    }

    /// <summary>Every record that the last generation begun can have.</summary>
    private static PartitionSet Begun(PartitionedMapRoot root) => new(root.LastGeneration, root.Depth + 1);

    /// <summary>Writes a new generation, makes it the valid one by one write of the root, clears the old one.</summary>
    private async Task SwitchAsync(int depth, Dictionary<string, TValue>[] next)
    {
        var generation = Root.LastGeneration;
        var partitions = await Task.WhenAll(next.Select(async (entries, index) =>
        {
            var partition = NewPartition(entries);
            await storage.WriteStateAsync(PartitionName(generation, index), grain, partition);
            return partition;
        }));
        var old = new PartitionSet(Root.Generation, Root.Depth);
        await WriteRootAsync(_root, Root with { Depth = depth, Generation = generation, IsGrowing = false, Obsolete = old });
        Adopt(_root, partitions);
        await FinishAsync();
    }

    /// <summary>Before a change: the root exists, and nothing of an older generation is left that a stale activation could write to.</summary>
    private async Task PrepareAsync()
    {
        if (!_root.RecordExists) await WriteRootAsync(_root, Root);
        if (_partitions.Length == 1 && _partitions[0].ETag is null) await ReplaceAsync(0, []);
        await FinishAsync();
    }

    private async Task FinishAsync()
    {
        if (Root.Obsolete is not { } obsolete) return;
        await ClearSetAsync(obsolete);
        await WriteRootAsync(_root, Root with { Obsolete = null });
    }

    private Task ClearSetAsync(PartitionSet set) => Task.WhenAll(Enumerable.Range(0, 1 << set.Depth).Select(async index =>
    {
        var partition = NewPartition([]);
        await storage.ReadStateAsync(PartitionName(set.Generation, index), grain, partition);
        if (partition.RecordExists) await storage.ClearStateAsync(PartitionName(set.Generation, index), grain, partition);
    }));

    private async Task<Slot<PartitionedMapPartition<TValue>>> LoadPartitionAsync(long generation, int index)
    {
        var partition = NewPartition([]);
        await storage.ReadStateAsync(PartitionName(generation, index), grain, partition);

        // Only after a crash right after the root was made. Never without an ETag while there is a root: see the remarks.
        if (!partition.RecordExists) await storage.WriteStateAsync(PartitionName(generation, index), grain, partition);
        return partition;
    }

    private async Task ReplaceAsync(int index, Dictionary<string, TValue> entries)
    {
        var partition = NewPartition(entries);
        partition.ETag = _partitions[index].ETag;
        partition.RecordExists = _partitions[index].RecordExists;
        await storage.WriteStateAsync(PartitionName(Root.Generation, index), grain, partition);
        _partitions[index] = partition;
    }

    private async Task WriteRootAsync(Slot<PartitionedMapRoot> root, PartitionedMapRoot next)
    {
        var before = root.State;
        root.State = next;
        try
        {
            await storage.WriteStateAsync(name, grain, root);
        }
        catch
        {
            root.State = before;
            throw;
        }
    }

    private void Adopt(Slot<PartitionedMapRoot> root, Slot<PartitionedMapPartition<TValue>>[] partitions)
    {
        var keys = partitions.SelectMany(partition => partition.State.Entries.Keys).ToList();
        keys.Sort(StringComparer.Ordinal);
        _root = root;
        _partitions = partitions;
        _keys = keys;
    }

    private static int Position(List<string> keys, string key, bool behind)
    {
        var position = keys.BinarySearch(key, StringComparer.Ordinal);
        return position < 0 ? ~position : behind ? position + 1 : position;
    }

    private static Slot<PartitionedMapPartition<TValue>> NewPartition(Dictionary<string, TValue> entries) =>
        new(new PartitionedMapPartition<TValue> { Entries = entries });

    private string PartitionName(long generation, int index) => FormattableString.Invariant($"{name}.{generation}.{index}");
}
