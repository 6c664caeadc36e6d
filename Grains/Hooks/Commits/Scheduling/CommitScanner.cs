using Granary.Grains.Hooks.Commits.Storage;
using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Outbox;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>Starts the registration of repositories that are due.</summary>
internal sealed class CommitScanner(
    CommitFile file, CommitSignal signal, IGrainFactory grains, PausedKinds paused, IOptionsMonitor<HookKindOptions> kinds,
    IOptions<CommitOptions> options, TimeProvider time, ILogger<CommitScanner> logger)
    : DueScanner(CommitRegister.Kind, signal, paused, options.Value.PollInterval, time, logger)
{
    private readonly TimeSpan _leaseTime = options.Value.LeaseTime;
    private readonly int _most = kinds.Get(CommitRegister.Kind).MaxLocalWorkers;

    protected override async Task<TimeSpan> StartDueAsync()
    {
        var free = _most - Running;
        var now = Time.GetUtcNow();
        var (waiting, next) = await file.ReadAsync(session => (session.Registrations.CountDue(), session.Registrations.ReadNext(now)));
        CommitInstruments.Waiting(waiting);
        if (free <= 0 || waiting == 0) return PollInterval;
        foreach (var claim in await file.WriteAsync(session => session.Registrations.Take(now, now + _leaseTime, free)))
            Start(claim.Repository.ToString(), stop => grains.GetGrain<ICommitWorker>(HookWorker.Key).RegisterAsync(claim, stop));
        return Until(next, now);
    }
}
