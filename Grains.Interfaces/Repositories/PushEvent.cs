namespace Granary.Repositories;

/// <summary>
/// What happened in a repository, as its journal has it and the streams carry it: one push is one event, with all its refs.
/// It comes at least once to each kind of job, in the order of the repository; duplicates carry the same id.
/// </summary>
/// <param name="Repository">The repository.</param>
/// <param name="Sequence">Ascending within the repository; not every number is an event.</param>
/// <param name="PushId">Of the push.</param>
/// <param name="Time">When it was journalled.</param>
/// <param name="User">Who pushed; null for the server itself.</param>
/// <param name="UserId">The lasting identity of that user.</param>
/// <param name="Protocol">The transport: <c>http</c>, <c>ssh</c>, <c>api</c>, <c>import</c>.</param>
/// <param name="PushOptions">Of the client.</param>
/// <param name="Changes">The refs that moved, in the order of the push.</param>
[GenerateSerializer, Immutable, Alias("granary.PushEvent")]
public sealed record PushEvent(
    [property: Id(0)] RepositoryId Repository,
    [property: Id(1)] long Sequence,
    [property: Id(2)] Guid PushId,
    [property: Id(3)] DateTimeOffset Time,
    [property: Id(4)] string? User,
    [property: Id(5)] Guid? UserId,
    [property: Id(6)] string Protocol,
    [property: Id(7)] IReadOnlyList<string> PushOptions,
    [property: Id(8)] IReadOnlyList<RefChange> Changes)
{
    /// <summary>What makes duplicates known as such.</summary>
    public string EventId => $"{Repository}-{Sequence}";
}

/// <summary>A ref that moved; a zero id stands for "no ref".</summary>
[GenerateSerializer, Immutable, Alias("granary.RefChange")]
public sealed record RefChange([property: Id(0)] string Ref, [property: Id(1)] ObjectId Old, [property: Id(2)] ObjectId New)
{
    public RefChangeKind Kind => Old.IsZero ? RefChangeKind.Created : New.IsZero ? RefChangeKind.Deleted : RefChangeKind.Updated;
}

public enum RefChangeKind
{
    Updated = 0,
    Created = 1,
    Deleted = 2,
}
