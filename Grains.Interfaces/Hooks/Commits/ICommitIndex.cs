using Granary.Projects;
using Granary.Repositories;

namespace Granary.Hooks.Commits;

/// <summary>
/// Finds commits that were pushed. Who may read was decided by the project; commits that only hidden refs reach are in no answer.
/// </summary>
public interface ICommitIndex
{
    Task<CommitPage> ListAsync(RepositoryId repository, CommitQuery query, CancellationToken cancellationToken);

    /// <summary>Of all repositories of a project that are not deleted; the query names an issue.</summary>
    Task<CommitPage> ListAsync(ProjectKey project, CommitQuery query, CancellationToken cancellationToken);
}

/// <summary>Which commits to list, the latest first; what is null does not matter.</summary>
/// <param name="Size">The most to return.</param>
/// <param name="Issue">That the message names.</param>
/// <param name="Author">The author's mail address when there is an <c>@</c> in it, otherwise the name; without regard to case.</param>
/// <param name="Since">Committed then or later.</param>
/// <param name="Until">Committed before.</param>
/// <param name="After">The place to continue after.</param>
public sealed record CommitQuery(
    int Size, IssueKey? Issue = null, string? Author = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null, CommitPlace? After = null);

/// <summary>Where a commit stands in lists.</summary>
/// <param name="Time">When it was committed, in seconds since 1970.</param>
/// <param name="Number">Different for each; ascending in the order of registration.</param>
public readonly record struct CommitPlace(long Time, long Number);

/// <param name="Commits">A page may have fewer than asked for although there are more.</param>
/// <param name="Next">The place to continue after; null when there are no more.</param>
/// <param name="IsRegistering">Whether commits of the repository that were pushed are not registered yet; false for projects.</param>
public sealed record CommitPage(IReadOnlyList<RegisteredCommit> Commits, CommitPlace? Next, bool IsRegistering);
