using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>Finds what differs between two trees, in git's order; equal subtrees are not looked into.</summary>
/// <param name="objects">Where the trees are.</param>
/// <param name="paths">Only these files or folders; empty: all.</param>
internal sealed class TreeComparison(ObjectSource objects, IReadOnlyList<ReadOnlyMemory<byte>> paths)
{
    /// <summary>Of one tree object: some million entries.</summary>
    private const long MaxTreeSize = 64 << 20;

    /// <summary>Folders in folders: git itself gives up not much later.</summary>
    private const int MaxDepth = 2048;

    /// <param name="old">A tree; null: nothing is there.</param>
    /// <param name="now">A tree; null: nothing is there.</param>
    /// <param name="cancellationToken">Looked at in each folder.</param>
    public IEnumerable<ChangedFile> Compare(ObjectId? old, ObjectId? now, CancellationToken cancellationToken)
    {
        if (old == now) yield break;
        var folders = new Stack<Folder>();
        folders.Push(Open([], old, now));
        while (folders.TryPeek(out var folder))
        {
            if (!folder.MoveNext(out var gone, out var come))
            {
                folders.Pop();
                continue;
            }

            if (IsSame(gone, come)) continue;
            var path = folder.PathOf((gone ?? come)!.Name);
            var isTree = (gone ?? come)!.IsTree;
            if (!Matches(path, isTree)) continue;
            if (!isTree)
            {
                yield return Changed(path, gone, come);
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (folders.Count >= MaxDepth) throw new DiffTooLargeException($"its folders are nested more than {MaxDepth} deep");
            folders.Push(Open([.. path, (byte)'/'], gone?.Id, come?.Id));
        }
    }

    private static bool IsSame(TreeCursor? gone, TreeCursor? come) =>
        gone is not null && come is not null && gone.Id == come.Id && gone.Mode == come.Mode;

    private static ChangedFile Changed(byte[] path, TreeCursor? gone, TreeCursor? come)
    {
        var old = gone is null ? null : new FileVersion(path, gone.Mode, gone.Id);
        var now = come is null ? null : new FileVersion(path, come.Mode, come.Id);
        var status = old is null ? FileStatus.Added
            : now is null ? FileStatus.Deleted
            : old.IsSameTypeAs(now) ? FileStatus.Modified : FileStatus.TypeChanged;
        return new ChangedFile(status, old, now);
    }

    private bool Matches(ReadOnlySpan<byte> path, bool isTree)
    {
        if (paths.Count == 0) return true;
        foreach (var wanted in paths)
        {
            if (IsAtOrUnder(path, wanted.Span) || (isTree && IsAtOrUnder(wanted.Span, path))) return true;
        }

        return false;
    }

    private static bool IsAtOrUnder(ReadOnlySpan<byte> path, ReadOnlySpan<byte> folder) =>
        path.StartsWith(folder) && (path.Length == folder.Length || path[folder.Length] == '/');

    private Folder Open(byte[] prefix, ObjectId? old, ObjectId? now) => new(prefix, Load(old), Load(now));

    private TreeCursor Load(ObjectId? id)
    {
        if (id is not { } tree) return new TreeCursor(ReadOnlyMemory<byte>.Empty);
        if (objects.ReadHeader(tree).Size > MaxTreeSize) throw new DiffTooLargeException($"one of its folders is larger than {MaxTreeSize} bytes");
        using var raw = objects.Read(tree);
        return new TreeCursor(raw.Data.ToArray());
    }

    /// <summary>The same folder on both sides, gone through together.</summary>
    private sealed class Folder
    {
        private readonly byte[] _prefix;
        private readonly TreeCursor _old;
        private readonly TreeCursor _new;
        private int _order;
        private bool _hasBegun;

        public Folder(byte[] prefix, TreeCursor old, TreeCursor now)
        {
            _prefix = prefix;
            _old = old;
            _new = now;
        }

        /// <summary>The next entry, as each side has it.</summary>
        public bool MoveNext(out TreeCursor? gone, out TreeCursor? come)
        {
            if (!_hasBegun || _order <= 0) _old.MoveNext();
            if (!_hasBegun || _order >= 0) _new.MoveNext();
            _hasBegun = true;
            _order = _old.IsAtEnd ? 1 : _new.IsAtEnd ? -1 : _old.CompareTo(_new);
            gone = _old.IsAtEnd || _order > 0 ? null : _old;
            come = _new.IsAtEnd || _order < 0 ? null : _new;
            return gone is not null || come is not null;
        }

        public byte[] PathOf(ReadOnlySpan<byte> name) => [.. _prefix, .. name];
    }
}
