namespace Granary.Git.Reading;

/// <summary>What an entry of a tree is, by its mode.</summary>
public enum TreeEntryKind
{
    File = 0,
    Tree = 1,
    Symlink = 2,

    /// <summary>A commit of another repository.</summary>
    Submodule = 3,
}
