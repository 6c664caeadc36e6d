using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>Reads objects as git stores them.</summary>
public interface IObjectReader
{
    /// <summary>The object that a revision names, where a tag is not followed, or what is at a path of it.</summary>
    /// <param name="repository">One that the caller may read.</param>
    /// <param name="revision">See <see cref="IRevisions"/>.</param>
    /// <param name="path">Null: the object of the revision itself; the root: its tree.</param>
    /// <param name="maxSize">The largest content that is wanted; negative: none.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <returns>To be disposed: it holds memory that all readers share.</returns>
    Task<Outcome<ObjectContent>> OpenAsync(
        RepositoryId repository, string revision, GitPath? path, long maxSize, CancellationToken cancellationToken);
}

/// <summary>An object that is in memory until it is disposed.</summary>
public abstract class ObjectContent(ObjectInfo info) : IDisposable
{
    public ObjectInfo Info { get; } = info;

    /// <summary>Whether the content was wanted and read.</summary>
    public abstract bool IsRead { get; }

    /// <summary>All of it; not to be used after the end.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <param name="Id">Of the object.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsTooLarge">Larger than any that the server reads.</param>
public sealed record ObjectInfo(ObjectId Id, GitObjectKind Kind, long Size, bool IsTooLarge);

/// <summary>As git numbers them.</summary>
public enum GitObjectKind
{
    Commit = 1,
    Tree = 2,
    Blob = 3,
    Tag = 4,
}
