using System.Security.Cryptography;
using System.Text;
using Granary.Repositories;

namespace Granary.Grains.Git.Objects;

/// <summary>The packs of one folder, opened as they are needed. For one thread, and for as long as one question takes.</summary>
internal sealed class PackSet : IDisposable
{
    private readonly List<PackFile> _packs;

    /// <exception cref="BeyondBudgetException">There are more packs than that.</exception>
    public PackSet(string folder, ReadBudget budget, int maxPacks)
    {
        _packs = [.. Directory.EnumerateFiles(folder, "pack-*.idx").Take(maxPacks + 1).Select(path => new PackFile(path, budget))];
        if (_packs.Count > maxPacks) throw new BeyondBudgetException();
    }

    public long Count => _packs.Sum(static p => p.Index.Count);

    /// <summary>Type and size of everything in the packs.</summary>
    public IEnumerable<(ObjectId Id, ObjectType Type, long Size)> ReadKinds()
    {
        foreach (var pack in _packs)
        {
            for (var i = 0L; i < pack.Index.Count; i++)
            {
                var (type, size) = pack.ReadKind(pack.Index.OffsetOf(i));
                yield return (pack.Index.IdOf(i), type, size);
            }
        }
    }

    public ObjectType? TypeOf(ObjectId id) => Find(id) is var (pack, offset) && pack is not null ? pack.ReadKind(offset).Type : null;

    /// <param name="id">The object; null is returned when no pack holds it.</param>
    /// <param name="isTrusted">Whether its content was checked against its id already.</param>
    /// <exception cref="BeyondBudgetException">It cannot be read here.</exception>
    public GitObject? Read(ObjectId id, bool isTrusted)
    {
        var (pack, offset) = Find(id);
        if (pack is null) return null;
        var found = pack.Read(offset);
        return isTrusted || Hash(found) == id ? found : throw new BeyondBudgetException();
    }

    public void Dispose()
    {
        foreach (var pack in _packs) pack.Dispose();
    }

    /// <summary>What was found moves to the front: the next question is most often about its neighbours.</summary>
    private (PackFile? Pack, long Offset) Find(ObjectId id)
    {
        for (var i = 0; i < _packs.Count; i++)
        {
            var pack = _packs[i];
            var offset = pack.Index.Find(id);
            if (offset < 0) continue;
            _packs.RemoveAt(i);
            _packs.Insert(0, pack);
            return (pack, offset);
        }

        return (null, -1);
    }

    private static ObjectId Hash(GitObject found)
    {
#pragma warning disable CA5350 // It is git's.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        var type = found.Type switch { ObjectType.Commit => "commit", ObjectType.Tree => "tree", ObjectType.Blob => "blob", _ => "tag" };
        hash.AppendData(Encoding.ASCII.GetBytes($"{type} {found.Content.Length}\0"));
        hash.AppendData(found.Content.Span);
        return ObjectId.FromBytes(HashFormat.Sha1, hash.GetHashAndReset());
    }
}
