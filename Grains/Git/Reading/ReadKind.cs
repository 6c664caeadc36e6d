namespace Granary.Grains.Git.Reading;

/// <summary>What is read, by which reads are measured.</summary>
internal enum ReadKind
{
    Revision,
    Commit,
    History,
    Tree,
    Blob,
    Objects,
    Diff,
    Blame,
    Archive,
    Search,
}
