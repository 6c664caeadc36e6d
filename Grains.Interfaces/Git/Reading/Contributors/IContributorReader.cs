using Granary.Repositories;

namespace Granary.Git.Reading.Contributors;

/// <summary>Tells who wrote a history.</summary>
public interface IContributorReader
{
    /// <summary>The authors of all commits that a revision has, as <c>git shortlog -sne</c> tells them.</summary>
    Task<Outcome<ContributorList>> ReadAsync(RepositoryId repository, string revision, CancellationToken cancellationToken);
}

/// <param name="Commit">Of the revision.</param>
/// <param name="Contributors">Those with the most commits first, then by name.</param>
/// <param name="CommitCount">Of all of them.</param>
/// <param name="IsIncomplete">A limit ended the search; the latest commits were counted.</param>
public sealed record ContributorList(ObjectId Commit, IReadOnlyList<Contributor> Contributors, int CommitCount, bool IsIncomplete);

/// <param name="Name">As the <c>.mailmap</c> has it, otherwise as it was written.</param>
/// <param name="Mail">As the <c>.mailmap</c> has it, otherwise as it was written.</param>
/// <param name="CommitCount">How many commits are theirs.</param>
/// <param name="First">The earliest time of one, in seconds since 1970.</param>
/// <param name="Last">The latest time of one, in seconds since 1970.</param>
public sealed record Contributor(string Name, string Mail, int CommitCount, long First, long Last);
