namespace Granary.Jobs;

/// <summary>An operator's view of the kinds of jobs that follow pushes. What is counted is counted by the server that answers.</summary>
public interface IJobKinds
{
    Task<JobOverview> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Holds a kind up on all servers, or lets it go on; durable when it returns. What is pushed meanwhile stays in the journals; the few
    /// events that are in the kind's queues already are still worked off.
    /// </summary>
    Task<Outcome<JobKindState>> SetPausedAsync(string kind, bool paused, CancellationToken cancellationToken);
}
