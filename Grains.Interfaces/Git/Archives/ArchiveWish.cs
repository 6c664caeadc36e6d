using Granary.Git.Reading;

namespace Granary.Git.Archives;

public enum ArchiveFormat
{
    Zip = 1,
    Tar = 2,
    TarGzip = 3,
}

/// <summary>What a request asks to be archived.</summary>
/// <param name="Revision">See <see cref="IRevisions"/>.</param>
/// <param name="Format">What to make.</param>
/// <param name="Prefix">The folder in the archive that everything is in; empty: none, null: one that is named after repository and revision.</param>
/// <param name="Path">The folder of the tree that is wanted.</param>
public sealed record ArchiveWish(string Revision, ArchiveFormat Format, string? Prefix, GitPath Path);
