using Granary.Repositories;

namespace Granary.Grains.Git.Objects;

/// <summary>
/// Whether everything is there that new tips reach, for the push that is usual: a few commits on top of what the refs point to.
/// Only a yes is certain; whoever gets a no asks git.
/// </summary>
/// <remarks>
/// An object counts as there when it came with the push and all it names is there, or when the refs reach it: it is the value
/// of a ref, or stands in a tree of a commit that is there. That it lies in the store does not count, as in git's own walk.
/// </remarks>
internal sealed class PushWalk(PushedObjects objects, RefSnapshot refs, IEnumerable<ObjectId> known)
{
    private const int MaxDepth = 200;

    /// <summary>Entries looked for in all trees that were read, such as files that moved.</summary>
    private const int MaxSearches = 100;

    private readonly HashSet<ObjectId> _known = [.. known];
    private readonly HashSet<ObjectId> _seen = [];
    private readonly HashSet<ObjectId> _complete = [];
    private readonly Dictionary<ObjectId, ReadOnlyMemory<byte>> _baseTrees = [];
    private int _searches;

    /// <exception cref="BeyondBudgetException">The walk would take too much, or meets what cannot be read here.</exception>
    public bool IsComplete(IEnumerable<ObjectId> commits)
    {
        var waiting = new Stack<ObjectId>(commits);
        while (waiting.TryPop(out var id))
        {
            if (!_seen.Add(id) || _known.Contains(id)) continue;
            if (objects.ReadBrought(id) is not { } commit)
            {
                if (IsKnown(id)) continue;
                return false;
            }

            if (commit.Type != ObjectType.Commit) return false;
            var (tree, parents) = ObjectLinks.OfCommit(commit.Content.Span);
            var bases = new List<ObjectId>(parents.Count);
            foreach (var parent in parents)
            {
                waiting.Push(parent);
                if (objects.Read(parent) is not { Type: ObjectType.Commit } found) return false;
                bases.Add(ObjectLinks.OfCommit(found.Content.Span).Tree);
            }

            if (!IsTreeComplete(tree, bases, 0)) return false;
        }

        return true;
    }

    /// <summary>Whether the refs reach it because it is what one of them points to, or that peeled.</summary>
    public bool IsKnown(ObjectId id)
    {
        if (_known.Contains(id)) return true;
        if (!IsValueOfRef(id)) return false;
        _known.Add(id);
        return true;
    }

    /// <summary>Forty digits count only where a line begins: a name may hold them as well.</summary>
    private bool IsValueOfRef(ObjectId id)
    {
        Span<byte> hex = stackalloc byte[64];
        hex = hex[..id.CopyHexTo(hex)];
        var packed = refs.Packed;
        for (var from = 0; packed[from..].IndexOf(hex) is var at and >= 0; from += at + 1)
        {
            if (from + at == 0 || packed[from + at - 1] is (byte)'\n' or (byte)'^') return true;
        }

        return false;
    }

    /// <param name="tree">A tree of a new commit.</param>
    /// <param name="bases">The trees in its place in the parents, which are there if the parents are.</param>
    /// <param name="depth">How deep it lies.</param>
    private bool IsTreeComplete(ObjectId tree, List<ObjectId> bases, int depth)
    {
        if (bases.Contains(tree) || _complete.Contains(tree)) return true;
        if (depth > MaxDepth) throw new BeyondBudgetException();
        if (objects.ReadBrought(tree) is not { } found) return IsInBaseTrees(tree, isTree: true);
        if (found.Type != ObjectType.Tree) return false;
        var cursors = bases.Select(id => new TreeCursor(ReadBaseTree(id))).ToList();
        var entries = new TreeCursor(found.Content);
        while (entries.MoveNext())
        {
            if (!entries.IsSubmodule && !IsEntryComplete(entries, cursors, depth)) return false;
        }

        _complete.Add(tree);
        return true;
    }

    private bool IsEntryComplete(TreeCursor entry, List<TreeCursor> bases, int depth)
    {
        var below = new List<ObjectId>();
        foreach (var cursor in bases)
        {
            if (!cursor.MoveTo(entry)) continue;
            if (cursor.Id == entry.Id && cursor.IsTree == entry.IsTree && !cursor.IsSubmodule) return true;
            if (cursor.IsTree) below.Add(cursor.Id);
        }

        if (entry.IsTree) return IsTreeComplete(entry.Id, below, depth + 1);
        return objects.BroughtTypeOf(entry.Id) is { } type ? type == ObjectType.Blob : IsInBaseTrees(entry.Id, isTree: false);
    }

    private ReadOnlyMemory<byte> ReadBaseTree(ObjectId id)
    {
        if (_baseTrees.TryGetValue(id, out var known)) return known;
        if (objects.Read(id) is not { Type: ObjectType.Tree } tree) throw new BeyondBudgetException();
        _baseTrees.Add(id, tree.Content);
        return tree.Content;
    }

    private bool IsInBaseTrees(ObjectId id, bool isTree)
    {
        if (++_searches > MaxSearches) throw new BeyondBudgetException();
        foreach (var tree in _baseTrees.Values)
        {
            var entries = new TreeCursor(tree);
            while (entries.MoveNext())
            {
                if (entries.Id == id && entries.IsTree == isTree && !entries.IsSubmodule) return true;
            }
        }

        return false;
    }
}
