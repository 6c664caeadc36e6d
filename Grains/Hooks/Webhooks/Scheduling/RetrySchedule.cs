using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>When what failed is tried again: at doubling distances, each up to a quarter shorter or longer by chance, so that many do not come together.</summary>
internal sealed class RetrySchedule(IOptions<WebhookOptions> options)
{
    private const double Jitter = 0.25;

    private readonly WebhookOptions _options = options.Value;

    public int BreakerFailures => _options.BreakerFailures;

    public int MaxTries => _options.MaxTries;

    public TimeSpan DisableAfter => _options.DisableAfter;

    /// <param name="tries">Failed ones, from 1.</param>
    public TimeSpan RetryPause(int tries) => Pause(_options.MinRetryDelay, _options.MaxRetryDelay, tries);

    /// <param name="probes">From 1: the opening of the breaker.</param>
    public TimeSpan ProbePause(int probes) => Pause(_options.MinProbeDelay, _options.MaxProbeDelay, probes);

    private static TimeSpan Pause(TimeSpan least, TimeSpan most, int count)
    {
        var pause = least * Math.Pow(2, Math.Min(count - 1, 30));
        if (pause > most) pause = most;
        return pause * (1 - Jitter + (2 * Jitter * RandomNumberGenerator.GetInt32(1001) / 1000));
    }
}
