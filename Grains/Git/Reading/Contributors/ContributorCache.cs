using Granary.Git.Reading.Contributors;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Contributors;

/// <summary>Lists of contributors by the commit that was asked about, whose history never changes: those used last, up to a number of contributors.</summary>
internal sealed class ContributorCache(IOptions<ContributorOptions> options)
{
    /// <summary>What a list takes beside its contributors.</summary>
    private const int Overhead = 4;

    private readonly Dictionary<(RepositoryId Repository, ObjectId Commit), LinkedListNode<(RepositoryId Repository, ContributorList List)>> _known = [];
    private readonly LinkedList<(RepositoryId Repository, ContributorList List)> _byUse = [];
    private readonly Lock _gate = new();
    private long _taken;

    public ContributorList? Find(RepositoryId repository, ObjectId commit)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue((repository, commit), out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.List;
        }
    }

    public void Add(RepositoryId repository, ContributorList list)
    {
        lock (_gate)
        {
            if (_known.ContainsKey((repository, list.Commit))) return;
            _known.Add((repository, list.Commit), _byUse.AddFirst((repository, list)));
            _taken += list.Contributors.Count + Overhead;
            while (_taken > options.Value.CacheSize)
            {
                var (of, gone) = _byUse.Last!.Value;
                _byUse.RemoveLast();
                _known.Remove((of, gone.Commit));
                _taken -= gone.Contributors.Count + Overhead;
            }
        }
    }
}
