using Google.Protobuf;
using Granary.Git.Committing;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Files;

/// <summary>Changes as requests say them.</summary>
internal static class EditMessages
{
    /// <param name="change">The change.</param>
    /// <param name="hasContent">Whether there is content, in it or behind it.</param>
    public static FileEdit Read(FileChange change, bool hasContent)
    {
        var action = ActionOf(change);
        var needsContent = action is EditAction.Create or EditAction.Update or EditAction.Write;
        if (hasContent && (action is EditAction.Delete or EditAction.SetKind))
            throw Arguments.Invalid($"A change that is {change.Action} has no content.");
        var isMove = action == EditAction.Move;
        if (!isMove && (change.PreviousPath.Length > 0 || change.RawPreviousPath.Length > 0))
            throw Arguments.Invalid("Only a MOVE has a previous path.");
        return new FileEdit(
            action, PathOf(change.Path, change.RawPath), isMove ? PathOf(change.PreviousPath, change.RawPreviousPath) : null, KindOf(change),
            change.ExpectedBlobId.Length > 0 ? ExpectedOf(change.ExpectedBlobId) : null, needsContent || hasContent);
    }

    private static EditAction ActionOf(FileChange change) => change.Action switch
    {
        FileChange.Types.Action.Create => EditAction.Create,
        FileChange.Types.Action.Update => EditAction.Update,
        FileChange.Types.Action.Write => EditAction.Write,
        FileChange.Types.Action.Delete => EditAction.Delete,
        FileChange.Types.Action.Move => EditAction.Move,
        FileChange.Types.Action.SetKind => EditAction.SetKind,
        _ => throw Arguments.Invalid("A change needs an action: CREATE, UPDATE, WRITE, DELETE, MOVE or SET_KIND."),
    };

    private static FileKind KindOf(FileChange change) => change.Kind switch
    {
        FileChange.Types.Kind.Unspecified => FileKind.Unchanged,
        FileChange.Types.Kind.Regular => FileKind.Regular,
        FileChange.Types.Kind.Executable => FileKind.Executable,
        FileChange.Types.Kind.Symlink => FileKind.Symlink,
        _ => throw Arguments.Invalid("A kind is REGULAR, EXECUTABLE or SYMLINK."),
    };

    private static TreePath PathOf(string path, ByteString raw)
    {
        var bytes = raw.Length > 0 ? raw.Span : System.Text.Encoding.UTF8.GetBytes(path);
        return TreePath.TryParse(bytes, out var parsed, out var fault) ? parsed : throw Arguments.Invalid(fault);
    }

    private static ObjectId ExpectedOf(string id) =>
        ObjectId.TryParse(id, out var parsed) ? parsed : throw Arguments.Invalid("An expected blob id has 40 hexadecimal digits.");
}
