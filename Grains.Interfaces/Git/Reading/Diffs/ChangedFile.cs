using Granary.Repositories;

namespace Granary.Git.Reading.Diffs;

/// <summary>How a file differs between two trees, as <c>git diff --name-status</c> tells it.</summary>
public enum FileStatus
{
    Added = 1,
    Deleted = 2,
    Modified = 3,

    /// <summary>It has another path, and content that is the same or like it.</summary>
    Renamed = 4,

    /// <summary>It is new and like another file, which is still there.</summary>
    Copied = 5,

    /// <summary>It became another thing: a file, a symbolic link, a submodule.</summary>
    TypeChanged = 6,
}

/// <summary>One side of a changed file.</summary>
/// <param name="Path">From the root of the tree; bytes, because git's paths are.</param>
/// <param name="Mode">As in the tree: 0100644, 0100755, 0120000 of a symbolic link, 0160000 of a submodule.</param>
/// <param name="Id">The blob, or a submodule's commit.</param>
public sealed record FileVersion(ReadOnlyMemory<byte> Path, int Mode, ObjectId Id)
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int SubmoduleType = 0xE000;

    public bool IsRegular => (Mode & TypeMask) == RegularType;

    /// <summary>A commit of another repository, which is not in this one.</summary>
    public bool IsSubmodule => (Mode & TypeMask) == SubmoduleType;

    public bool IsSameTypeAs(FileVersion other) => (Mode & TypeMask) == (other.Mode & TypeMask);
}

/// <summary>A file that differs between two trees.</summary>
/// <param name="Status">How.</param>
/// <param name="Old">Null: it was not there.</param>
/// <param name="New">Null: it is no longer there.</param>
/// <param name="Similarity">Of a renamed or copied file, in percent; otherwise 0.</param>
public sealed record ChangedFile(FileStatus Status, FileVersion? Old, FileVersion? New, int Similarity = 0);
