using System.IO.Pipelines;
using Granary.Repositories;

namespace Granary.Git;

/// <summary>
/// The silo's way into a repository for objects: a quarantine directory per push, invisible to others until the repository
/// grain takes it over.
/// </summary>
public interface IPackReceiver
{
    /// <summary>Takes a place among the heavy git processes; see <see cref="IUploadPack.EnterAsync"/>.</summary>
    /// <exception cref="GitBusyException">No place in time.</exception>
    ValueTask<IDisposable> EnterAsync(RepositoryId repository, CancellationToken cancellationToken);

    /// <summary>Opens the quarantine of a push; disposing it removes whatever was not taken over.</summary>
    IQuarantine Open(RepositoryId repository, Guid pushId);
}

/// <summary>The objects of one push before they are accepted.</summary>
public interface IQuarantine : IAsyncDisposable
{
    /// <summary>Indexes the pack as it arrives: one pack, checked by fsck, completed if thin, fsynced.</summary>
    /// <param name="pack">The pack; may be followed by the end of the stream only.</param>
    /// <param name="progress">Called with lines of git's progress for the user.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="PackRefusedException">The pack is corrupt, too large, or breaks a rule of fsck.</exception>
    Task ReceiveAsync(PipeReader pack, Action<ReadOnlyMemory<byte>>? progress, CancellationToken cancellationToken);

    /// <summary>Whether a pack was received.</summary>
    bool HasObjects { get; }

    /// <summary>
    /// Looks at what the updates name: every object must be there with everything it needs, either in the quarantine or
    /// reachable from a ref of the snapshot. Returns each update with its peeled id, and a result only where it is refused.
    /// </summary>
    Task<IReadOnlyList<InspectedUpdate>> InspectAsync(
        RefSnapshot refs, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken);
}

/// <summary>An update after a look at its objects; <paramref name="Refusal"/> is null when nothing is wrong with it.</summary>
public sealed record InspectedUpdate(RefUpdate Update, RefUpdateResult? Refusal);
