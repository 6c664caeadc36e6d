namespace Granary.Jobs;

/// <param name="Kinds">By name.</param>
/// <param name="Undelivered">Accepted pushes that some kind has yet to get from the journals of this server's repositories.</param>
/// <param name="OldestAge">How long the oldest of them has waited.</param>
public sealed record JobOverview(IReadOnlyList<JobKindState> Kinds, long Undelivered, TimeSpan OldestAge);

/// <param name="Kind">Its name.</param>
/// <param name="IsPaused">Whether an operator holds it up.</param>
/// <param name="Running">Jobs that run now.</param>
/// <param name="Succeeded">Jobs done since this server started.</param>
/// <param name="Failed">Runs that failed since then; each may have been tried again.</param>
/// <param name="Queues">With how many events wait in each.</param>
/// <param name="DeadLetters">Events that were given up, counted up to <see cref="MaxDeadLetters"/>.</param>
/// <param name="Fault">Why queues and dead letters are not known; null: they are.</param>
public sealed record JobKindState(
    string Kind, bool IsPaused, long Running, long Succeeded, long Failed, IReadOnlyList<JobQueue> Queues, int DeadLetters, string? Fault)
{
    public const int MaxDeadLetters = 1000;
}

/// <param name="Name">Of the queue.</param>
/// <param name="Waiting">Events in it that are not worked off.</param>
public sealed record JobQueue(string Name, long Waiting);
