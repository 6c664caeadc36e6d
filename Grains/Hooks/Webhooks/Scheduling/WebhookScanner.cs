using Granary.Grains.Hooks.Dispatch;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Grains.Outbox;
using Granary.Hooks.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>Starts the deliveries of webhooks that are due, and what a webhook has to read from a journal.</summary>
internal sealed class WebhookScanner(
    WebhookFile file, JournalIntake journal, WebhookSignal signal, IGrainFactory grains, PausedKinds paused, IOptionsMonitor<HookKindOptions> kinds,
    IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookScanner> logger)
    : DueScanner(Webhooks.Kind, signal, paused, options.Value.PollInterval, time, logger)
{
    /// <summary>What an attempt takes beyond its time limit, at most: to begin, and to be written down.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly WebhookOptions _options = options.Value;
    private readonly HostGate _hosts = new(kinds.Get(Webhooks.Kind).MaxLocalWorkers, options.Value.MaxPerHost);

    protected override async Task<TimeSpan> StartDueAsync()
    {
        while (true)
        {
            IReadOnlyCollection<string> busy;
            int free;
            lock (_gate) (busy, free) = (_hosts.Busy(), _hosts.Free);
            if (free <= 0) return PollInterval;
            var now = Time.GetUtcNow();
            var due = await file.ReadAsync(session => session.Lanes.ReadDue(now, busy, free));
            List<DueLane> entered;
            lock (_gate) entered = due.FindAll(lane => _hosts.TryEnter(lane.Host));
            if (entered.Count == 0) return Until(await file.ReadAsync(session => session.Lanes.ReadNext(now)), now);
            var claims = await ClaimAsync(entered, now);
            foreach (var claim in claims) Start(claim.Hook.ToString(), stop => RunAsync(claim, stop));
        }
    }

    private async Task<List<Claim>> ClaimAsync(List<DueLane> entered, DateTimeOffset now)
    {
        List<Claim> claims = [];
        try
        {
            claims = await file.WriteAsync(session => Claims.Take(session, entered, now, _options.Timeout + LeaseMargin, _options));
            return claims;
        }
        finally
        {
            lock (_gate)
            {
                foreach (var lane in entered.Where(e => !claims.Exists(c => c.Hook == e.Hook && c.Lane == e.Lane))) _hosts.Leave(lane.Host, null);
            }
        }
    }

    private async Task RunAsync(Claim claim, CancellationToken stop)
    {
        WebhookOutcome? outcome = null;
        try
        {
            outcome = claim.Lane == Lane.Journal
                ? await journal.ReadAsync(claim, stop)
                : await grains.GetGrain<IWebhookWorker>(HookWorker.Key).AttemptAsync(claim, stop);
        }
        finally
        {
            lock (_gate) _hosts.Leave(claim.Host, outcome is { } known ? known == WebhookOutcome.TimedOut : null);
        }
    }
}
