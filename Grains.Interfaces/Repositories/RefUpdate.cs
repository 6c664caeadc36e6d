using Granary.Repositories.Policy;

namespace Granary.Repositories;

/// <summary>One wish of a ref transaction: compare with <paramref name="Old"/>, then set to <paramref name="New"/>.</summary>
/// <param name="Name">The ref.</param>
/// <param name="Old">Its expected value; zero: it must not exist.</param>
/// <param name="New">Its next value; zero: delete it.</param>
/// <param name="Peeled">What <paramref name="New"/> peels to when it is a tag object, as <c>packed-refs</c> records it.</param>
/// <param name="Facts">What a look at the objects found; null: nobody looked.</param>
[GenerateSerializer, Immutable, Alias("granary.RefUpdate")]
public sealed record RefUpdate(
    [property: Id(0)] RefName Name,
    [property: Id(1)] ObjectId Old,
    [property: Id(2)] ObjectId New,
    [property: Id(3)] ObjectId? Peeled,
    [property: Id(4)] UpdateFacts? Facts = null)
{
    public bool IsDelete => New.IsZero;

    public bool IsCreate => Old.IsZero && !New.IsZero;
}

/// <summary>What became of one ref update; the vocabulary is that of JGit's ReceiveCommand.</summary>
public enum RefUpdateStatus
{
    /// <summary>Nothing speaks against it, but another ref of an atomic push was refused, or the server could not.</summary>
    NotAttempted = 0,

    Ok = 1,
    RejectedNonFastForward = 2,
    RejectedNoDelete = 3,
    RejectedMissingObject = 4,
    RejectedOtherReason = 5,

    /// <summary>The ref did not have the expected old value, or the repository's lock was not to be had in time.</summary>
    LockFailure = 6,
}

/// <summary>The answer for one ref. <paramref name="Message"/> is a sentence for the user when it was refused.</summary>
[GenerateSerializer, Immutable, Alias("granary.RefUpdateResult")]
public sealed record RefUpdateResult(
    [property: Id(0)] RefName Name,
    [property: Id(1)] RefUpdateStatus Status,
    [property: Id(2)] string? Message = null);
