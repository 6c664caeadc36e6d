using Granary.Git.Reading;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Trees.LastCommits;

/// <summary>
/// The last commits of folders by commit and path, which never change: those used last, up to a number of entries. A walk from a later
/// commit ends where it meets one that is known, so that after a push only the new commits are looked at.
/// </summary>
internal sealed class LastCommitCache(IOptions<ReadingOptions> options)
{
    private readonly Dictionary<Key, LinkedListNode<(Key Key, ObjectId[] Commits)>> _known = [];
    private readonly LinkedList<(Key Key, ObjectId[] Commits)> _byUse = [];
    private readonly Lock _gate = new();
    private long _entries;

    /// <summary>By the order of the entries in the folder's tree.</summary>
    public ObjectId[]? Find(Key key)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(key, out var node)) return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Commits;
        }
    }

    public void Add(Key key, ObjectId[] commits)
    {
        lock (_gate)
        {
            if (_known.ContainsKey(key)) return;
            _known.Add(key, _byUse.AddFirst((key, commits)));
            _entries += Weight(commits);
            while (_entries > options.Value.LastCommitCache)
            {
                var (last, gone) = _byUse.Last!.Value;
                _byUse.RemoveLast();
                _known.Remove(last);
                _entries -= Weight(gone);
            }
        }
    }

    /// <summary>A small folder costs its key.</summary>
    private static int Weight(ObjectId[] commits) => commits.Length + 8;

    internal readonly record struct Key(RepositoryId Repository, ObjectId Commit, GitPath Path);
}
