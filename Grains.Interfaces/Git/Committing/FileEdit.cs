using Granary.Repositories;

namespace Granary.Git.Committing;

/// <summary>What is done to one path.</summary>
public enum EditAction
{
    /// <summary>Nothing may be there.</summary>
    Create = 1,

    /// <summary>A file must be there.</summary>
    Update = 2,

    /// <summary>Whether or not there is a file.</summary>
    Write = 3,

    /// <summary>A file, or a folder with all that is in it.</summary>
    Delete = 4,

    /// <summary>A file or a folder comes here from another path.</summary>
    Move = 5,

    /// <summary>A file becomes one that may be run, or no longer.</summary>
    SetKind = 6,
}

/// <summary>What a file is.</summary>
public enum FileKind
{
    /// <summary>As it was; a new one is no program.</summary>
    Unchanged = 0,

    Regular = 1,
    Executable = 2,

    /// <summary>Its content is the path that it leads to.</summary>
    Symlink = 3,
}

/// <summary>One change of a commit.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Path">Where to.</param>
/// <param name="PreviousPath">Where <see cref="EditAction.Move"/> takes it from; otherwise null.</param>
/// <param name="Kind">What the file shall be.</param>
/// <param name="ExpectedId">The blob that must be there (at the previous path of a move); null: any.</param>
/// <param name="HasContent">Whether new content comes with it.</param>
public sealed record FileEdit(
    EditAction Action, TreePath Path, TreePath? PreviousPath, FileKind Kind, ObjectId? ExpectedId, bool HasContent);
