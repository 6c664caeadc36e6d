using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>
/// Finds what a revision of a request names. Names come from the ref snapshot, without those that are hidden; the rules are
/// those of gitrevisions(7): an object id, HEAD, a full ref name, then a tag, then a branch, then an abbreviated id.
/// </summary>
public interface IRevisions
{
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="revision">As typed; empty: HEAD.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <returns>Not found when nothing has that name; an id with all its digits is not looked for here.</returns>
    Task<Outcome<Revision>> ResolveAsync(RepositoryId repository, string revision, CancellationToken cancellationToken);
}

/// <param name="Id">Of the object that is named, for an annotated tag that of the tag.</param>
/// <param name="Ref">The full name of the ref; null when an id was given.</param>
public sealed record Revision(ObjectId Id, string? Ref);
