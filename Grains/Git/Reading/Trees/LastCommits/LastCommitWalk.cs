using Granary.Git.Reading;
using Granary.Git.Reading.Trees;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Commits;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Trees.LastCommits;

/// <summary>
/// Finds the last commit of all entries of a folder in one walk. As <c>git log</c> for a path does, each entry follows the first parent
/// that has it just so, and the commit none of whose parents has it so is its last. Entries that came to the same commit go on together,
/// newer commits first, so that a commit is looked at once.
/// </summary>
internal sealed class LastCommitWalk(ReadHandle handle, LastCommitCache cache, GitPath path, int maxCommits)
{
    /// <summary>The walk comes up for air after so many commits.</summary>
    private const int Breath = 32;
    private const int MaxMessage = 4096;
    private const int MaxPathBytes = 64 << 10;

    private readonly PriorityQueue<ObjectId, long> _order = new();
    private readonly Dictionary<ObjectId, Group> _waiting = [];
    private readonly List<LastCommit> _found = [];
    private FolderEntries _entries = null!;
    private ObjectId[] _answers = [];

    /// <returns>What was found, in turns; a turn may have found nothing.</returns>
    public IEnumerable<IReadOnlyList<LastCommit>> Run(ObjectId start, CancellationToken cancellationToken)
    {
        var first = ReadNode(start, null);
        if (first.Folder is not { } folder) yield break;
        _entries = new FolderEntries(Load(folder));
        _answers = new ObjectId[_entries.Count];
        Send(start, first, [.. Enumerable.Range(0, _entries.Count)]);
        var walked = 0;
        while (walked < maxCommits && _order.TryDequeue(out var id, out _))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Visit(id);
            if (++walked % Breath != 0 && _found.Count < Breath) continue;
            yield return _found.ToArray();
            _found.Clear();
        }

        if (_waiting.Count == 0) cache.Add(KeyOf(start), _answers);
        yield return _found.ToArray();
    }

    private void Visit(ObjectId id)
    {
        _waiting.Remove(id, out var group);
        if (cache.Find(KeyOf(id)) is { } known)
        {
            Recall(group!, known);
            return;
        }

        var rest = group!.Entries;
        foreach (var parent in group.Node.Parents)
        {
            if (rest.Count == 0) return;
            var node = _waiting.GetValueOrDefault(parent)?.Node ?? ReadNode(parent, group.Node);
            if (node.Folder is not { } folder) continue;
            if (folder == group.Node.Folder)
            {
                Send(parent, node, rest);
                return;
            }

            var (same, others) = (new List<(int Entry, int Place)>(), new List<int>());
            _entries.Split(rest, Load(folder), same, others);
            if (same.Count > 0) Send(parent, node, same.ConvertAll(static s => s.Entry));
            rest = others;
        }

        Answer(id, rest);
    }

    /// <summary>Takes over what an earlier walk found from that commit on.</summary>
    private void Recall(Group group, ObjectId[] known)
    {
        var places = new List<(int Entry, int Place)>();
        _entries.Split(group.Entries, Load(group.Node.Folder!.Value), places, []);
        foreach (var commit in places.GroupBy(p => known[p.Place], static p => p.Entry)) Answer(commit.Key, [.. commit]);
    }

    private void Answer(ObjectId id, List<int> entries)
    {
        if (entries.Count == 0) return;
        using var raw = handle.Read(id, ObjectKind.Commit);
        var commit = CommitParser.Parse(id, raw.Data, MaxMessage);
        var (paths, bytes) = (new List<GitPath>(), 0);
        foreach (var entry in entries)
        {
            _answers[entry] = id;
            var name = _entries.NameOf(entry);
            if (path.Bytes.Length + 1 + name.Length > GitPath.MaxLength) continue;
            var full = path.Below(name);
            paths.Add(full);
            bytes += full.Bytes.Length;
            if (bytes < MaxPathBytes) continue;
            _found.Add(new LastCommit(commit, paths));
            (paths, bytes) = ([], 0);
        }

        if (paths.Count > 0) _found.Add(new LastCommit(commit, paths));
    }

    private void Send(ObjectId id, Node node, List<int> entries)
    {
        if (_waiting.TryGetValue(id, out var group))
        {
            group.Entries.AddRange(entries);
            group.Entries.Sort();
            return;
        }

        _waiting.Add(id, new Group(node, [.. entries]));
        _order.Enqueue(id, -node.Time);
    }

    private Node ReadNode(ObjectId id, Node? child)
    {
        using var raw = handle.Read(id, ObjectKind.Commit);
        var (root, parents) = ObjectLinks.OfCommit(raw.Data);
        var folder = root == child?.Root ? child.Folder : FindFolder(root);
        return new Node(root, folder, parents, CommitParser.TimeOf(raw.Data));
    }

    private ObjectId? FindFolder(ObjectId root) =>
        TreePath.Find(handle, root, path.Bytes.Span) is { Kind: TreeEntryKind.Tree } folder ? folder.Id : null;

    private ReadOnlyMemory<byte> Load(ObjectId tree)
    {
        using var raw = handle.Read(tree, ObjectKind.Tree);
        return raw.Data.ToArray();
    }

    private LastCommitCache.Key KeyOf(ObjectId commit) => new(handle.Repository, commit, path);

    private sealed record Node(ObjectId Root, ObjectId? Folder, IReadOnlyList<ObjectId> Parents, long Time);

    private sealed record Group(Node Node, List<int> Entries);
}
