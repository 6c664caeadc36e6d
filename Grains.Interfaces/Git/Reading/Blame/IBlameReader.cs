using Granary.Repositories;

namespace Granary.Git.Reading.Blame;

/// <summary>Finds which commit each line of a file comes from, as <c>git blame</c> does.</summary>
public interface IBlameReader
{
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="cancellationToken">Looked at for every commit.</param>
    Task<Outcome<OpenBlame>> OpenAsync(RepositoryId repository, BlameQuery query, CancellationToken cancellationToken);
}

/// <param name="Revision">Names the commit that has the file.</param>
/// <param name="Path">Of the file.</param>
public sealed record BlameQuery(string Revision, GitPath Path)
{
    /// <summary>From 1; 0: the first one.</summary>
    public int FirstLine { get; init; }

    /// <summary>0, or beyond the end: the last one.</summary>
    public int LastLine { get; init; }

    /// <summary>As <c>git blame -w</c>: a line whose white space alone was changed comes from before.</summary>
    public bool IgnoresWhitespace { get; init; }
}

/// <summary>A blame whose history is walked as it is taken.</summary>
/// <param name="File">The file.</param>
/// <param name="Pieces">To be read once; some may be empty.</param>
public sealed record OpenBlame(BlamedFile File, IAsyncEnumerable<BlamePiece> Pieces);

/// <param name="Commit">Of the revision.</param>
/// <param name="Path">From the root.</param>
/// <param name="Blob">The content.</param>
/// <param name="Mode">As git counts.</param>
/// <param name="LineCount">Of all its lines, the last one too when it does not end in a line feed.</param>
public sealed record BlamedFile(ObjectId Commit, GitPath Path, ObjectId Blob, int Mode, int LineCount);
