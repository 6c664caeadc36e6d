using Granary.Repositories;

namespace Granary.Git.Reading;

/// <summary>Reads files.</summary>
public interface IBlobReader
{
    /// <summary>The file at a path of a revision.</summary>
    /// <returns>To be disposed: it holds memory that all readers share.</returns>
    Task<Outcome<BlobContent>> OpenAsync(RepositoryId repository, string revision, GitPath path, CancellationToken cancellationToken);

    /// <summary>A blob by its id.</summary>
    /// <returns>To be disposed: it holds memory that all readers share.</returns>
    Task<Outcome<BlobContent>> OpenAsync(RepositoryId repository, ObjectId id, CancellationToken cancellationToken);
}

/// <summary>A blob that is in memory until it is disposed.</summary>
public abstract class BlobContent(BlobInfo info) : IDisposable
{
    public BlobInfo Info { get; } = info;

    /// <summary>All of it; not to be used after the end.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <param name="Id">Of the blob.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Mode">Of its entry in the tree, as git counts: 0100644 and so on; 0 when it was asked for by id.</param>
/// <param name="IsBinary">As git judges: there is a NUL among the first 8000 bytes, and it is not UTF-16 with a mark.</param>
/// <param name="Encoding">The guess: <c>utf-8</c>, <c>utf-16le</c>, <c>utf-16be</c>, <c>shift_jis</c>, <c>euc-jp</c>; null: binary, or none of these.</param>
public sealed record BlobInfo(ObjectId Id, long Size, int Mode, bool IsBinary, string? Encoding);
