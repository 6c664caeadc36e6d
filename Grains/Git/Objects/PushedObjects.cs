using Granary.Repositories;

namespace Granary.Grains.Git.Objects;

/// <summary>What a push brought, and what was there before it, as one thread reads both.</summary>
/// <param name="objects">The repository's <c>objects</c> directory.</param>
/// <param name="quarantine">The push's; null when it brought nothing.</param>
/// <param name="budget">How much may be unpacked.</param>
internal sealed class PushedObjects(string objects, string? quarantine, ReadBudget budget) : IDisposable
{
    /// <summary>Looking into more costs as much as a git process; housekeeping sees to it that there are fewer.</summary>
    private const int MaxPacks = 100;

    private readonly PackSet? _brought = quarantine is null ? null : new PackSet(Path.Combine(quarantine, "pack"), budget, MaxPacks);
    private readonly Dictionary<ObjectId, GitObject> _stored = [];
    private PackSet? _store;

    public long BroughtCount => _brought?.Count ?? 0;

    private PackSet Store => _store ??= new PackSet(Path.Combine(objects, "pack"), budget, MaxPacks);

    public IEnumerable<(ObjectId Id, ObjectType Type, long Size)> ReadBroughtKinds() => _brought?.ReadKinds() ?? [];

    public ObjectType? BroughtTypeOf(ObjectId id) => _brought?.TypeOf(id);

    /// <summary>An object that came with the push; index-pack has checked it.</summary>
    public GitObject? ReadBrought(ObjectId id) => _brought?.Read(id, isTrusted: true);

    public GitObject? Read(ObjectId id) => ReadBrought(id) ?? ReadStored(id);

    public void Dispose()
    {
        _brought?.Dispose();
        _store?.Dispose();
    }

    private GitObject? ReadStored(ObjectId id)
    {
        if (_stored.TryGetValue(id, out var known)) return known;
        if (Store.Read(id, isTrusted: false) is not { } found) return null;
        _stored.Add(id, found);
        return found;
    }
}
