using Granary.Repositories;

namespace Granary.Git.Reading.Diffs;

/// <summary>What a diff is told in: one <see cref="DiffSummary"/>, then a <see cref="FileDiff"/> per file.</summary>
public abstract record DiffPart;

/// <summary>A diff as a whole.</summary>
/// <param name="Old">The commit on the old side; null: nothing, before the first commit.</param>
/// <param name="New">The commit on the new side.</param>
/// <param name="Divergence">How the two compared commits are related; null of a commit and its parent.</param>
/// <param name="FileCount">Files that differ.</param>
/// <param name="Additions">Lines of all files that only the new side has.</param>
/// <param name="Deletions">Lines of all files that only the old side has.</param>
/// <param name="ShownFileCount">So many files follow.</param>
/// <param name="IsIncomplete">There are more files than were looked at, or not all were counted.</param>
/// <param name="MayMissRenames">Too many or too large files to find all that were renamed.</param>
public sealed record DiffSummary(
    ObjectId? Old, ObjectId New, Divergence? Divergence, int FileCount, long Additions, long Deletions, int ShownFileCount, bool IsIncomplete,
    bool MayMissRenames) : DiffPart;

/// <summary>How two commits are related.</summary>
/// <param name="Base">The commit that is compared with.</param>
/// <param name="MergeBase">The best common ancestor; null: there is none.</param>
/// <param name="Ahead">Commits that only the head has.</param>
/// <param name="Behind">Commits that only the base has.</param>
public sealed record Divergence(ObjectId Base, ObjectId? MergeBase, int Ahead, int Behind);
