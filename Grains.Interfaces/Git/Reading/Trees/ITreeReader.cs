using Granary.Repositories;

namespace Granary.Git.Reading.Trees;

/// <summary>Reads folders.</summary>
public interface ITreeReader
{
    /// <summary>The folder at a path of a revision; the empty path is its root.</summary>
    Task<Outcome<TreePlace>> OpenAsync(RepositoryId repository, string revision, GitPath path, CancellationToken cancellationToken);

    /// <summary>What is in a folder, in git's order, in pieces.</summary>
    IAsyncEnumerable<TreePiece> ListAsync(RepositoryId repository, TreePlace place, TreeSelection selection, CancellationToken cancellationToken);

    /// <summary>
    /// The commit that last changed each entry of a folder, as <c>git log -1</c> for its path finds it, in the order in which they are
    /// found: newer ones first, as a rule. A commit may come again with other entries.
    /// </summary>
    /// <param name="repository">Of the folder.</param>
    /// <param name="commit">From which on history is looked at.</param>
    /// <param name="path">Of a folder that is there in that commit.</param>
    /// <param name="cancellationToken">Looked at for every commit.</param>
    IAsyncEnumerable<IReadOnlyList<LastCommit>> ListLastCommitsAsync(
        RepositoryId repository, ObjectId commit, GitPath path, CancellationToken cancellationToken);

    /// <summary>The README of a folder.</summary>
    Task<Outcome<Readme>> ReadReadmeAsync(RepositoryId repository, string revision, GitPath path, CancellationToken cancellationToken);
}

/// <param name="Commit">Of the revision; null when it names a tree.</param>
/// <param name="Tree">Of the folder.</param>
/// <param name="Path">From the root.</param>
public sealed record TreePlace(ObjectId? Commit, ObjectId Tree, GitPath Path);

/// <param name="IsRecursive">Whether the files of all folders below are listed, in place of the folders.</param>
/// <param name="WithSizes">Whether sizes are looked up.</param>
/// <param name="Limit">Of entries; 0: the server's.</param>
public readonly record struct TreeSelection(bool IsRecursive, bool WithSizes, int Limit);

/// <param name="Entries">Those that come next.</param>
/// <param name="IsCut">In the last piece: there are more entries than the limit, or some whose path is longer than any that can be checked out.</param>
public sealed record TreePiece(IReadOnlyList<TreeEntry> Entries, bool IsCut);

/// <param name="Path">From the root.</param>
/// <param name="Mode">As git counts: 0100644 and so on.</param>
/// <param name="Kind">By the mode.</param>
/// <param name="Id">Of the blob, the tree or, for a submodule, the commit.</param>
/// <param name="Size">Of files and symbolic links, when it was asked for; otherwise 0.</param>
public sealed record TreeEntry(GitPath Path, int Mode, TreeEntryKind Kind, ObjectId Id, long Size);

/// <param name="Commit">With the beginning of its message.</param>
/// <param name="Paths">What it was the last to change.</param>
public sealed record LastCommit(Commit Commit, IReadOnlyList<GitPath> Paths);

/// <param name="Path">From the root.</param>
/// <param name="Info">Of the file.</param>
/// <param name="Text">Decoded by the guessed encoding; empty when it is binary.</param>
/// <param name="IsCut">Whether the file is longer.</param>
public sealed record Readme(GitPath Path, BlobInfo Info, string Text, bool IsCut);
