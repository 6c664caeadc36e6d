namespace Granary.Streams.DeadLetters;

/// <summary>
/// An operator's view of the messages that one stream provider gave up. Every provider registers one of its own; the API shows all of
/// them. An id that is no letter's, whatever its form, is answered like one that is gone.
/// </summary>
public interface IDeadLetterBox
{
    /// <summary>The stream provider's name.</summary>
    string Provider { get; }

    /// <summary>The oldest first.</summary>
    /// <param name="after">Continues after this letter, which may be gone; null: from the oldest.</param>
    /// <param name="count">The most letters to return.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<IReadOnlyList<DeadLetter>> ListAsync(string? after, int count, CancellationToken cancellationToken);

    /// <summary>One letter; null when there is none of that id.</summary>
    Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Puts a letter at the end of its queue, to be delivered as if it were new, and takes it out of the box; false when there is none.</summary>
    Task<bool> ReplayAsync(string id, CancellationToken cancellationToken);

    /// <summary>Throws a letter away; false when there is none.</summary>
    Task<bool> DiscardAsync(string id, CancellationToken cancellationToken);
}
