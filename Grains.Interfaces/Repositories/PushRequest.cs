using Granary.Accounts;

namespace Granary.Repositories;

/// <summary>A push whose objects wait in quarantine and were found complete: the one call that moves refs.</summary>
/// <param name="PushId">Drawn by the frontend; the same id applied twice has the effect and the answer of once.</param>
/// <param name="Caller">Who pushes; journalled with the event.</param>
/// <param name="Updates">Refs to move, each name once.</param>
/// <param name="Atomic">All or none.</param>
/// <param name="HasQuarantine">Whether a quarantine directory of this push holds objects to take over.</param>
/// <param name="PushOptions">The client's push options, journalled.</param>
/// <param name="Protocol">The transport, for the journal: <c>http</c>, <c>ssh</c>, <c>api</c>, <c>import</c>.</param>
/// <param name="IsImport">The first content of an empty repository: refused when it has any, and not bound by the limit of refs per push.</param>
/// <param name="NewHead">A branch that the push makes, to which HEAD goes when the push deletes the one it names; null: HEAD stays.</param>
[GenerateSerializer, Immutable, Alias("granary.PushRequest")]
public sealed record PushRequest(
    [property: Id(0)] Guid PushId,
    [property: Id(1)] Caller Caller,
    [property: Id(2)] IReadOnlyList<RefUpdate> Updates,
    [property: Id(3)] bool Atomic,
    [property: Id(4)] bool HasQuarantine,
    [property: Id(5)] IReadOnlyList<string> PushOptions,
    [property: Id(6)] string Protocol,
    [property: Id(7)] bool IsImport = false,
    [property: Id(8)] RefName? NewHead = null);

/// <summary>The answer to a push: one result per update, in the order of the request.</summary>
/// <param name="Results">Per ref.</param>
/// <param name="Sequence">The journal's sequence number of the accepted event; 0 when nothing was accepted.</param>
/// <param name="Notices">Sentences for the user beside the results; null: none.</param>
[GenerateSerializer, Immutable, Alias("granary.PushOutcome")]
public sealed record PushOutcome(
    [property: Id(0)] IReadOnlyList<RefUpdateResult> Results,
    [property: Id(1)] long Sequence,
    [property: Id(2)] IReadOnlyList<string>? Notices = null);
