using Granary.Grains.Storage;
using Orleans.Storage;

namespace Granary.Grains.Tests.Storage;

public sealed class PartitionedMapTests
{
    private const int Target = 4;
    private static readonly GrainId Grain = GrainId.Create("granary.test", "one");

    private readonly FaultyStorage _storage = new();

    [Fact]
    public async Task Set_Reloaded_IsThereInOrdinalOrder()
    {
        var map = await FillAsync(100);
        Assert.Equal(100, map.Count);
        var again = await LoadAsync();
        Assert.Equal(Enumerable.Range(0, 100).Select(KeyOf), again.EnumerateFrom().Select(pair => pair.Key));
        Assert.True(again.TryGet(KeyOf(42), out var value));
        Assert.Equal(42, value);
        Assert.Equal(32, again.PartitionCount);
    }

    [Fact]
    public async Task Set_LargeMap_WritesOneRecord()
    {
        var map = await FillAsync(100);
        var before = _storage.Writes;
        await map.SetAsync(KeyOf(7), -7);
        Assert.Equal(before + 1, _storage.Writes);
        await map.RemoveAsync(KeyOf(8));
        Assert.Equal(before + 2, _storage.Writes);
    }

    [Fact]
    public async Task Grow_Finished_LeavesNoOldRecord()
    {
        var map = await FillAsync(100);
        Assert.Equal(1 + map.PartitionCount, _storage.Names.Count());
    }

    [Fact]
    public async Task EnumerateFrom_AfterAndPrefix_GivesTheRest()
    {
        var map = await FillAsync(30);
        Assert.Equal([KeyOf(28), KeyOf(29)], map.EnumerateFrom(KeyOf(27)).Select(pair => pair.Key));
        Assert.Equal([KeyOf(20), KeyOf(21)], map.EnumerateFrom(null, "key-002").Select(pair => pair.Key).Take(2));
        Assert.Equal([KeyOf(25)], map.EnumerateFrom(KeyOf(24), "key-0025").Select(pair => pair.Key));
        Assert.Empty(map.EnumerateFrom(KeyOf(29)));
        Assert.Empty(map.EnumerateFrom(KeyOf(25), "key-001"));
    }

    [Fact]
    public async Task Set_StorageThrows_MemoryIsWhatIsStored()
    {
        var map = await FillAsync(3);
        _storage.WritesLeft = 0;
        await Assert.ThrowsAsync<IOException>(() => map.SetAsync(KeyOf(0), 99));
        await Assert.ThrowsAsync<IOException>(() => map.SetAsync("new", 1));
        await Assert.ThrowsAsync<IOException>(() => map.RemoveAsync(KeyOf(1)));
        await Assert.ThrowsAsync<IOException>(map.ClearAsync);
        Assert.Equal([0, 1, 2], map.EnumerateFrom().Select(pair => pair.Value));
        _storage.WritesLeft = null;
        await map.SetAsync("new", 1);
        Assert.Equal(4, (await LoadAsync()).Count);
    }

    /// <summary>Dies at each write of a doubling in turn: whoever loads then has everything, and goes on.</summary>
    [Fact]
    public async Task Grow_StorageDiesAtAnyWrite_NothingIsLost()
    {
        for (var writes = 0; ; writes++)
        {
            var storage = new FaultyStorage();
            var map = new PartitionedMap<int>(storage, Grain, "map", Target);
            await map.LoadAsync();
            for (var i = 0; i < 2 * Target; i++) await map.SetAsync(KeyOf(i), i);
            Assert.Equal(2, map.PartitionCount);
            storage.WritesLeft = writes;
            var failed = false;
            try
            {
                await map.SetAsync("one more", 1);
            }
            catch (IOException)
            {
                failed = true;
            }

            Assert.Equal((2 * Target) + (failed ? 0 : 1), map.Count);
            storage.WritesLeft = null;
            var survivor = new PartitionedMap<int>(storage, Grain, "map", Target);
            await survivor.LoadAsync();
            Assert.Equal(map.EnumerateFrom(), survivor.EnumerateFrom());
            await survivor.SetAsync("one more", 2);
            await survivor.SetAsync("and another", 3);
            var last = new PartitionedMap<int>(storage, Grain, "map", Target);
            await last.LoadAsync();
            Assert.Equal((2 * Target) + 2, last.Count);
            Assert.Equal(1 + last.PartitionCount, storage.Names.Count());
            if (!failed) break;
        }
    }

    [Fact]
    public async Task Set_SameInstanceAfterFailedGrowth_GoesOn()
    {
        for (var writes = 0; writes < 12; writes++)
        {
            var storage = new FaultyStorage();
            var map = new PartitionedMap<int>(storage, Grain, "map", Target);
            await map.LoadAsync();
            for (var i = 0; i < 2 * Target; i++) await map.SetAsync(KeyOf(i), i);
            storage.WritesLeft = writes;
            await Record.ExceptionAsync(() => map.SetAsync("one more", 1));
            storage.WritesLeft = null;
            for (var i = 0; i < 40; i++) await map.SetAsync(KeyOf(i), i);
            await map.SetAsync("one more", 1);
            var again = new PartitionedMap<int>(storage, Grain, "map", Target);
            await again.LoadAsync();
            Assert.Equal(map.EnumerateFrom(), again.EnumerateFrom());
            Assert.Equal(41, again.Count);
            Assert.Equal(1 + again.PartitionCount, storage.Names.Count());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Set_StaleInstance_IsRefusedWhateverTheOtherDid(int entries)
    {
        await FillAsync(entries);
        var stale = await LoadAsync();
        var current = await LoadAsync();
        for (var i = 0; i < 40; i++) await current.SetAsync($"by the other {i}", i);
        for (var i = 0; i < 40; i++) await Assert.ThrowsAsync<InconsistentStateException>(() => stale.SetAsync($"late {i}", i));
        Assert.Equal(entries + 40, (await LoadAsync()).Count);
    }

    /// <summary>One instance is paused within a doubling, another loads and writes, the first goes on.</summary>
    [Fact]
    public async Task Grow_AnotherLoadedMeanwhile_DoublingFailsAndTheOthersWritesStay()
    {
        for (var writes = 1; writes < 8; writes++)
        {
            var storage = new FaultyStorage();
            var paused = new PartitionedMap<int>(storage, Grain, "map", Target);
            await paused.LoadAsync();
            for (var i = 0; i < 2 * Target; i++) await paused.SetAsync(KeyOf(i), i);
            storage.WritesLeft = writes;
            if (await Record.ExceptionAsync(() => paused.SetAsync("paused", 1)) is null) return;
            storage.WritesLeft = null;
            var other = new PartitionedMap<int>(storage, Grain, "map", Target);
            await other.LoadAsync();
            for (var i = 0; i < 2 * Target; i++) await other.SetAsync(KeyOf(i), -i);
            await Assert.ThrowsAsync<InconsistentStateException>(() => paused.SetAsync("paused", 1));
            var after = new PartitionedMap<int>(storage, Grain, "map", Target);
            await after.LoadAsync();
            Assert.Equal(Enumerable.Range(0, 2 * Target).Select(i => -i), after.EnumerateFrom().Select(pair => pair.Value));
        }
    }

    /// <summary>
    /// Another instance, loaded before the doubling or in the middle of it, writes at each of its steps: what either was told
    /// to be stored is stored in the end.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grow_AnotherWritesMeanwhile_NothingAcknowledgedIsLost(bool loadedBefore)
    {
        for (var step = 0; ; step++)
        {
            var storage = new FaultyStorage();
            var growing = new PartitionedMap<int>(storage, Grain, "map", Target);
            await growing.LoadAsync();
            for (var i = 0; i < 2 * Target; i++) await growing.SetAsync(KeyOf(i), i);
            var other = new PartitionedMap<int>(storage, Grain, "map", Target);
            if (loadedBefore) await other.LoadAsync();
            var expected = growing.EnumerateFrom().ToDictionary();
            storage.Meanwhile = (step, OtherWritesAsync);
            await TrySetAsync(growing, "one more", 1);
            if (storage.Meanwhile is not null) break;
            var after = new PartitionedMap<int>(storage, Grain, "map", Target);
            await after.LoadAsync();
            Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), after.EnumerateFrom());

            async Task OtherWritesAsync()
            {
                if (!loadedBefore) await other.LoadAsync();
                for (var i = 0; i < 2 * Target; i++) await TrySetAsync(other, KeyOf(i), -i);
            }

            async Task TrySetAsync(PartitionedMap<int> map, string key, int value)
            {
                try
                {
                    await map.SetAsync(key, value);
                    expected[key] = value;
                }
                catch (InconsistentStateException)
                {
                    // Refused: the instance would be reloaded.
                }
            }
        }
    }

    [Fact]
    public async Task Clear_ThenSet_HasTheNewOnly()
    {
        var map = await FillAsync(50);
        await map.ClearAsync();
        Assert.Equal(0, (await LoadAsync()).Count);
        await map.SetAsync("new", 1);
        Assert.Equal(["new"], (await LoadAsync()).EnumerateFrom().Select(pair => pair.Key));
    }

    [Fact]
    public void KeyHash_KnownKeys_NeverChanges()
    {
        Assert.Equal([1119383850, 1096339150, 337198849, 705393128], new[] { "", "a", "hello", "日本" }.Select(KeyHash.Of));
    }

    private static string KeyOf(int i) => $"key-{i:D4}";

    private async Task<PartitionedMap<int>> FillAsync(int count)
    {
        var map = await LoadAsync();
        foreach (var i in Enumerable.Range(0, count).OrderBy(i => (i * 37) % 101)) await map.SetAsync(KeyOf(i), i);
        return map;
    }

    private async Task<PartitionedMap<int>> LoadAsync()
    {
        var map = new PartitionedMap<int>(_storage, Grain, "map", Target);
        await map.LoadAsync();
        return map;
    }
}
