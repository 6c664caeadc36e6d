using System.Collections.Concurrent;
using Orleans.Storage;

namespace Granary.Grains.Tests.Storage;

/// <summary>Grain storage in memory that can be told to fail or to die at its next writes.</summary>
internal sealed class FaultyStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (object State, string ETag)> _records = new();
    private int _etag;

    /// <summary>How many writes succeed before the others throw; null: all.</summary>
    public int? WritesLeft { get; set; }

    public int Writes { get; private set; }

    /// <summary>Runs before the write after this many more, once: what another activation does meanwhile.</summary>
    public (int Writes, Func<Task> Action)? Meanwhile { get; set; }

    public IEnumerable<string> Names => _records.Keys.Order(StringComparer.Ordinal);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = _records.TryGetValue(stateName, out var record);
        grainState.State = found ? (T)record.State : Activator.CreateInstance<T>();
        grainState.ETag = found ? record.ETag : null;
        grainState.RecordExists = found;
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await CountAsync();
        Check(stateName, grainState.ETag);
        var etag = Interlocked.Increment(ref _etag).ToString(System.Globalization.CultureInfo.InvariantCulture);
        _records[stateName] = (grainState.State!, etag);
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await CountAsync();
        Check(stateName, grainState.ETag);
        _records.TryRemove(stateName, out _);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private async Task CountAsync()
    {
        if (Meanwhile is { } meanwhile)
        {
            Meanwhile = meanwhile.Writes == 0 ? null : meanwhile with { Writes = meanwhile.Writes - 1 };
            if (meanwhile.Writes == 0) await meanwhile.Action();
        }

        if (WritesLeft is 0) throw new IOException("The storage is down.");
        WritesLeft--;
        Writes++;
    }

    private void Check(string stateName, string? etag)
    {
        var stored = _records.TryGetValue(stateName, out var record) ? record.ETag : null;
        if (stored != etag) throw new InconsistentStateException("Stale.", stored ?? "none", etag ?? "none");
    }
}
