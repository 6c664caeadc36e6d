namespace Granary.Git;

/// <summary>
/// A v2 <c>fetch</c> that git answers alike whoever asks. git is given <paramref name="Request"/> and nothing else, so an answer
/// belongs to it by construction: nothing of a user, an agent or a session is in it.
/// </summary>
/// <param name="Request">The whole request in the one form that all requests for the same pack have.</param>
/// <param name="Refs">A digest of the refs that shape the answer beside the request; empty: none do.</param>
/// <param name="IsClone">The client has nothing yet. What one machine clones, others will: such a request is worth keeping at once.</param>
public sealed record SharedFetch(ReadOnlyMemory<byte> Request, ReadOnlyMemory<byte> Refs, bool IsClone);
