using Granary.Grains.Outbox;
using Granary.Jobs;
using Granary.Streams.DeadLetters;
using Granary.Streams.Delivery;

namespace Granary.Silo.Streams;

/// <summary>The kinds of jobs with their queues and dead letters, whichever provider has these.</summary>
internal sealed partial class JobKindOverview(
    JobWatch watch, IEnumerable<IQueueLengths> queues, IEnumerable<IDeadLetterBox> boxes, TimeProvider time, ILogger<JobKindOverview> logger) : IJobKinds
{
    /// <summary>A broker that is away must not keep an operator waiting, who wants to know just that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, IQueueLengths> _queues = queues.ToDictionary(static q => q.Provider, StringComparer.Ordinal);
    private readonly Dictionary<string, IDeadLetterBox> _boxes = boxes.ToDictionary(static b => b.Provider, StringComparer.Ordinal);

    public async Task<JobOverview> ReadAsync(CancellationToken cancellationToken)
    {
        var kinds = await Task.WhenAll(watch.Kinds.Select(kind => ReadAsync(kind, cancellationToken)));
        var (events, age) = watch.Undelivered;
        return new JobOverview(kinds, events, age);
    }

    public async Task<Outcome<JobKindState>> SetPausedAsync(string kind, bool paused, CancellationToken cancellationToken)
    {
        if (!watch.Kinds.Contains(kind))
            return new Refusal(RefusalKind.NotFound, $"There is no such kind of job; there are: {string.Join(", ", watch.Kinds)}.");
        if (paused) watch.Pause(kind);
        else watch.Resume(kind);
        LogSwitched(kind, paused ? "paused" : "resumed");
        return await ReadAsync(kind, cancellationToken);
    }

    private async Task<JobKindState> ReadAsync(string kind, CancellationToken cancellationToken)
    {
        var (running, succeeded, failed) = JobWatch.CountsOf(kind);
        var state = new JobKindState(kind, watch.IsPaused(kind), running, succeeded, failed, [], 0, null);
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var lengths = await _queues[kind].ReadAsync(both.Token);
            var letters = await _boxes[kind].ListAsync(null, JobKindState.MaxDeadLetters, both.Token).WaitAsync(both.Token);
            return state with { Queues = [.. lengths.Select(static q => new JobQueue(q.Key, q.Value))], DeadLetters = letters.Count };
        }
#pragma warning disable CA1031 // The rest is worth more with than without: what is wrong is in the log.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogUnreadable(fault, kind);
            return state with { Fault = "The queues cannot be read now; the server's log says why." };
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Jobs of kind {Kind} were {Switched} by an administrator.")]
    private partial void LogSwitched(string kind, string switched);

    [LoggerMessage(2, LogLevel.Warning, "The queues of kind {Kind} cannot be read.")]
    private partial void LogUnreadable(Exception exception, string kind);
}
