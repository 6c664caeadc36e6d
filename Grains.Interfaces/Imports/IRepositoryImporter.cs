using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Imports;

/// <summary>
/// Fills a repository from elsewhere: one that is empty, or a new one that nobody sees before all of it is there. Whatever
/// ends an import early, it leaves nothing behind. Bytes flow past the grains, as those of a push.
/// </summary>
public interface IRepositoryImporter
{
    /// <summary>Takes a bundle, gitformat-bundle(5), as it comes.</summary>
    /// <param name="target">Where to, and who asks.</param>
    /// <param name="source">The bundle.</param>
    /// <param name="listener">Is told how it goes.</param>
    /// <param name="cancellationToken">The client went away. Heeded until the refs move, not after.</param>
    Task<Outcome<ImportResult>> ImportAsync(
        ImportTarget target, BundleSource source, IImportListener listener, CancellationToken cancellationToken);

    /// <summary>Clones from another server over HTTP.</summary>
    /// <inheritdoc cref="ImportAsync(ImportTarget, BundleSource, IImportListener, CancellationToken)"/>
    Task<Outcome<ImportResult>> ImportAsync(
        ImportTarget target, RemoteSource source, IImportListener listener, CancellationToken cancellationToken);
}

/// <summary>Where an import goes, and who asks for it.</summary>
public sealed record ImportTarget(Caller Caller, ProjectKey Project, RepositoryName Repository);

/// <summary>A bundle.</summary>
/// <param name="Bundle">Its bytes in pieces, each valid until the next one; an empty piece is a sign of life.</param>
/// <param name="Head">The ref that HEAD names at the source, which bundles do not say; null: to be found out.</param>
/// <param name="IsEmpty">The source has no refs, of which no bundle can be made.</param>
public sealed record BundleSource(IAsyncEnumerable<ReadOnlyMemory<byte>> Bundle, string? Head, bool IsEmpty);

/// <summary>A repository on another server.</summary>
/// <param name="Url">Its address as somebody typed it.</param>
/// <param name="User">For a server that asks for a login; null: none.</param>
/// <param name="Password">Of the user, or a token.</param>
public sealed record RemoteSource(string Url, string? User, string? Password)
{
    /// <summary>Without the password: it must not get into a log.</summary>
    public override string ToString() => $"{nameof(RemoteSource)} {{ {nameof(User)} = {User} }}";
}

/// <summary>What an import is at.</summary>
public enum ImportStage
{
    /// <summary>The source is asked what it has.</summary>
    Starting = 0,

    /// <summary>Objects come in.</summary>
    Receiving = 1,

    /// <summary>They are unpacked and looked at.</summary>
    Checking = 2,

    /// <summary>Refs are written.</summary>
    Finishing = 3,
}

/// <summary>Whoever waits for an import. Calls come from any thread, one after the other.</summary>
public interface IImportListener
{
    void Reached(ImportStage stage);

    /// <summary>So many bytes of objects came in all.</summary>
    void Received(long bytes);
}

/// <summary>What came of an import.</summary>
/// <param name="Repository">As it is now.</param>
/// <param name="Refs">How many refs it has.</param>
/// <param name="Bytes">Of objects that were received.</param>
/// <param name="Skipped">Refs that were not taken over; at most the first 100.</param>
/// <param name="SkippedCount">How many these are in all.</param>
public sealed record ImportResult(
    RepositoryInfo Repository, int Refs, long Bytes, IReadOnlyList<SkippedRef> Skipped, int SkippedCount);

/// <summary>A ref of the source that was not taken over.</summary>
/// <param name="Name">As the source has it; what is no UTF-8 in it was replaced.</param>
/// <param name="Reason">Part of a sentence.</param>
public sealed record SkippedRef(string Name, string Reason);
