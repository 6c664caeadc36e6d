using Granary.Git.Committing;

namespace Granary.Grains.Git.Committing;

/// <summary>Whether a change fits what is there.</summary>
internal static class EditChecks
{
    /// <param name="edit">The change.</param>
    /// <param name="item">What is at its path, or where it is moved from.</param>
    /// <param name="tree">All the files.</param>
    public static Refusal? FindFault(FileEdit edit, TreeItem? item, TreeEditor tree)
    {
        var source = edit.PreviousPath ?? edit.Path;
        if (edit.Action == EditAction.Create && item is not null) return Refuse(RefusalKind.AlreadyExists, $"'{edit.Path}' exists already.");
        if (edit.Action is not (EditAction.Create or EditAction.Write) && item is null) return Refuse(RefusalKind.NotFound, $"There is no '{source}'.");
        if (edit.ExpectedId is { } expected && item?.Id != expected)
            return Refuse(RefusalKind.FailedPrecondition, $"'{source}' is not what was expected: somebody changed it. Look at it and try again.");
        return edit.Action switch
        {
            EditAction.Delete => null,
            EditAction.Move => FaultOfMove(edit, source, item!, tree),
            _ => FaultOfContent(edit, item),
        };
    }

    /// <summary>The mode in the tree.</summary>
    public static int ModeOf(FileKind kind, TreeItem? item) => kind switch
    {
        FileKind.Regular => TreeItem.RegularMode,
        FileKind.Executable => TreeItem.ExecutableMode,
        FileKind.Symlink => TreeItem.SymlinkMode,
        _ => item?.Mode ?? TreeItem.RegularMode,
    };

    private static Refusal? FaultOfMove(FileEdit edit, TreePath source, TreeItem item, TreeEditor tree)
    {
        var from = source.Bytes.Span;
        var to = edit.Path.Bytes.Span;
        if (to.StartsWith(from) && (to.Length == from.Length || to[from.Length] == '/'))
            return Refuse(RefusalKind.InvalidArgument, $"'{source}' cannot be moved into itself.");
        if (tree.Find(edit.Path) is not null) return Refuse(RefusalKind.AlreadyExists, $"'{edit.Path}' exists already.");
        if (!item.IsFolder && item.Mode != TreeItem.SubmoduleMode) return null;
        return edit.HasContent || edit.Kind != FileKind.Unchanged
            ? Refuse(RefusalKind.InvalidArgument, $"'{source}' is no file and can only be moved as it is.")
            : null;
    }

    private static Refusal? FaultOfContent(FileEdit edit, TreeItem? item)
    {
        if (item is { IsFolder: true }) return Refuse(RefusalKind.FailedPrecondition, $"'{edit.Path}' is a folder.");
        if (item is { Mode: TreeItem.SubmoduleMode }) return Refuse(RefusalKind.FailedPrecondition, $"'{edit.Path}' is a submodule.");
        if (edit.Action != EditAction.SetKind) return null;
        return edit.HasContent || edit.Kind == FileKind.Unchanged
            ? Refuse(RefusalKind.InvalidArgument, $"The change of '{edit.Path}' sets what the file is, and nothing else.")
            : null;
    }

    private static Refusal Refuse(RefusalKind kind, string message) => new(kind, message);
}
