using Granary.Repositories;

namespace Granary.Git.Reading.Blame;

/// <param name="Commits">Those of the runs that were in no piece before, with the beginnings of their messages.</param>
/// <param name="Runs">In the order of the lines.</param>
public sealed record BlamePiece(IReadOnlyList<Commit> Commits, IReadOnlyList<BlameRun> Runs);

/// <summary>Lines one after the other that come from one commit, where they stood one after the other as well.</summary>
/// <param name="Commit">Made them what they are.</param>
/// <param name="Path">Of the file there.</param>
/// <param name="OriginalLine">The first of them there, from 1.</param>
/// <param name="Line">The first of them in the file that was asked for, from 1.</param>
/// <param name="Count">How many.</param>
/// <param name="Previous">What the file was before that commit; null: it is new there.</param>
/// <param name="IsIncomplete">A limit ended the search here: the lines are from this commit or from before.</param>
public sealed record BlameRun(ObjectId Commit, GitPath Path, int OriginalLine, int Line, int Count, PreviousFile? Previous, bool IsIncomplete);

/// <param name="Commit">A parent of the one that changed it.</param>
/// <param name="Path">Of the file there.</param>
public sealed record PreviousFile(ObjectId Commit, GitPath Path);
