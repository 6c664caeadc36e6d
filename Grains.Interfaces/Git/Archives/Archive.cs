using Granary.Git.Reading;
using Granary.Repositories;

namespace Granary.Git.Archives;

/// <summary>An archive that can be made; the same again as long as git is the same.</summary>
/// <param name="Repository">What it is of.</param>
/// <param name="Commit">What the revision named when it was asked for.</param>
/// <param name="Format">What it is.</param>
/// <param name="FileName">To save it under: one name, without what a file system does not take.</param>
/// <param name="Prefix">With a slash at its end, or empty.</param>
/// <param name="Path">The folder of the tree.</param>
public sealed record Archive(RepositoryId Repository, ObjectId Commit, ArchiveFormat Format, string FileName, string Prefix, GitPath Path);
