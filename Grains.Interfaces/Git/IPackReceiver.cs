using System.IO.Pipelines;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Git;

/// <summary>
/// The silo's way into a repository for objects: a quarantine directory per push, invisible to others until the repository
/// grain takes it over.
/// </summary>
public interface IPackReceiver
{
    /// <summary>Opens the quarantine of a push; disposing it removes whatever was not taken over.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="pushId">Names the quarantine.</param>
    /// <param name="requester">Who pushes, for the limit per user and the fair queue.</param>
    /// <param name="policy">What the push is looked at for; null: no more than completeness.</param>
    /// <param name="fsckIgnore">Faults of fsck, by git's message ids, that are accepted; null: those configured for pushes.</param>
    /// <exception cref="GitBusyException">Too many pushes are under way.</exception>
    IQuarantine Open(
        RepositoryId repository, Guid pushId, Requester requester, RepositoryPolicy? policy = null, IReadOnlyList<string>? fsckIgnore = null);
}

/// <summary>The objects of one push before they are accepted.</summary>
public interface IQuarantine : IAsyncDisposable
{
    /// <summary>
    /// Indexes the pack as it arrives: one pack, checked by fsck, completed if thin, fsynced. The heavy part begins when the
    /// last byte has come and a place among the heavy git processes is free, so a slow client holds no place.
    /// </summary>
    /// <param name="pack">The pack; bytes that follow it refuse it.</param>
    /// <param name="end">How its end is known.</param>
    /// <param name="listener">Is told how it goes; may be null.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="PackRefusedException">The pack is corrupt, too large, or breaks a rule of fsck.</exception>
    /// <exception cref="GitBusyException">No place in time; thrown before the listener is told anything.</exception>
    Task ReceiveAsync(PipeReader pack, PackEnd end, IPackListener? listener, CancellationToken cancellationToken);

    /// <summary>Whether a pack was received.</summary>
    bool HasObjects { get; }

    /// <summary>
    /// Looks at what the updates name: every object must be there with everything it needs, either in the quarantine or
    /// reachable from a ref of the snapshot, and nothing may be larger than the policy allows. Answers what the policy's rules
    /// ask of the objects (<see cref="RefUpdate.Facts"/>). Returns each update with its peeled id, and a result only where it is refused.
    /// </summary>
    Task<IReadOnlyList<InspectedUpdate>> InspectAsync(
        RefSnapshot refs, IReadOnlyList<RefUpdate> updates, CancellationToken cancellationToken);
}

/// <summary>How a transport shows that a pack is complete.</summary>
public enum PackEnd
{
    /// <summary>The stream ends with it, as an HTTP body does.</summary>
    OfStream = 0,

    /// <summary>The stream stays open, as an SSH channel does: the pack's own checksum tells.</summary>
    OfPack = 1,
}

/// <summary>The usual case of a quarantine's stream.</summary>
public static class QuarantineExtensions
{
    /// <inheritdoc cref="IQuarantine.ReceiveAsync"/>
    public static Task ReceiveAsync(this IQuarantine quarantine, PipeReader pack, IPackListener? listener, CancellationToken cancellationToken) =>
        quarantine.ReceiveAsync(pack, PackEnd.OfStream, listener, cancellationToken);
}

/// <summary>Whoever waits for a pack.</summary>
public interface IPackListener
{
    /// <summary>Whether <see cref="Progress"/> is of interest.</summary>
    bool WantsProgress { get; }

    /// <summary>The whole pack came, and git goes to work on it.</summary>
    void Received();

    /// <summary>A line of git's progress for the user, with its line end.</summary>
    void Progress(ReadOnlyMemory<byte> line);
}

/// <summary>An update after a look at its objects; <paramref name="Refusal"/> is null when nothing is wrong with it.</summary>
public sealed record InspectedUpdate(RefUpdate Update, RefUpdateResult? Refusal);
