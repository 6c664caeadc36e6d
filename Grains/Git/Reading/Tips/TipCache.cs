using System.Diagnostics.CodeAnalysis;
using Granary.Git.Reading;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Tips;

/// <summary>The tips that were read lately; objects never change, so that nothing goes stale. The least recently used go first.</summary>
/// <param name="size">Bytes, about.</param>
internal sealed class TipCache(long size)
{
    /// <summary>What a tip takes beside its texts.</summary>
    private const int Overhead = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<(RepositoryId Repository, ObjectId Id), LinkedListNode<(RepositoryId Repository, RefTip Tip)>> _tips = [];
    private readonly LinkedList<(RepositoryId Repository, RefTip Tip)> _byUse = new();
    private long _taken;

    public bool TryGet(RepositoryId repository, ObjectId id, [NotNullWhen(true)] out RefTip? tip)
    {
        lock (_gate)
        {
            if (_tips.TryGetValue((repository, id), out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                tip = node.Value.Tip;
                return true;
            }
        }

        tip = null;
        return false;
    }

    public void Add(RepositoryId repository, RefTip tip)
    {
        lock (_gate)
        {
            if (_tips.ContainsKey((repository, tip.Id))) return;
            _tips[(repository, tip.Id)] = _byUse.AddFirst((repository, tip));
            _taken += SizeOf(tip);
            while (_taken > size && _byUse.Last is { } last)
            {
                _byUse.RemoveLast();
                _tips.Remove((last.Value.Repository, last.Value.Tip.Id));
                _taken -= SizeOf(last.Value.Tip);
            }
        }
    }

    private static long SizeOf(RefTip tip) =>
        Overhead + (2L * ((tip.Commit?.Message.Length ?? 0) + (tip.Commit?.Author.Name.Length ?? 0) + (tip.Commit?.Committer.Name.Length ?? 0) + (tip.Tag?.Message.Length ?? 0)));
}
