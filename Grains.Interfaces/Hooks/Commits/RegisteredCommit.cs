using Granary.Repositories;

namespace Granary.Hooks.Commits;

/// <summary>Who made a commit, and when by their clock.</summary>
public sealed record CommitSignature(string Name, string Mail, DateTimeOffset Time);

/// <summary>A commit that was pushed and registered.</summary>
/// <param name="Repository">Where.</param>
/// <param name="Name">The repository's present name.</param>
/// <param name="Id">Of the commit.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Committer">Who made the commit of it; its time orders lists.</param>
/// <param name="Message">All of it, subject first, up to a bound.</param>
/// <param name="IsCut">Whether there was more of it.</param>
/// <param name="Issues">The issues that it names.</param>
public sealed record RegisteredCommit(
    RepositoryId Repository, RepositoryName Name, ObjectId Id, CommitSignature Author, CommitSignature Committer, string Message, bool IsCut,
    IReadOnlyList<IssueReference> Issues)
{
    /// <summary>The first line of the message.</summary>
    public string Subject => Message.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? Message[..end] : Message;
}
