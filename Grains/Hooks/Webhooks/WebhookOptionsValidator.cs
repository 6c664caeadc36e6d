using System.Net;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>Reports every fault of <see cref="WebhookOptions"/> with its key.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var faults = new List<string>();
        foreach (var network in options.AllowedNetworks)
            Check(IPNetwork.TryParse(network, out _), nameof(options.AllowedNetworks), $"\"{network}\" is not a network such as 10.1.0.0/16");
        Within(options.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(options.Timeout));
        Check(options.MaxRedirects is >= 0 and <= 10, nameof(options.MaxRedirects), "must be from 0 to 10");
        Check(options.MaxResponseBody is >= 0 and <= 1 << 20, nameof(options.MaxResponseBody), "must be from 0 to 1048576");
        Check(options.MaxPerHost is >= 1 and <= 100, nameof(options.MaxPerHost), "must be from 1 to 100");
        Within(options.MinRetryDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(options.MinRetryDelay));
        Within(options.MaxRetryDelay, options.MinRetryDelay, TimeSpan.FromDays(1), nameof(options.MaxRetryDelay));
        Check(options.MaxTries is >= 1 and <= 100, nameof(options.MaxTries), "must be from 1 to 100");
        Check(options.BreakerFailures is >= 1 and <= 1000, nameof(options.BreakerFailures), "must be from 1 to 1000");
        Within(options.MinProbeDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), nameof(options.MinProbeDelay));
        Within(options.MaxProbeDelay, options.MinProbeDelay, TimeSpan.FromDays(1), nameof(options.MaxProbeDelay));
        Within(options.DisableAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(365), nameof(options.DisableAfter));
        Check(options.MaxWaiting is >= 2 and <= 100_000, nameof(options.MaxWaiting), "must be from 2 to 100000");
        Check(options.MaxChanges is >= 1 and <= 10_000, nameof(options.MaxChanges), "must be from 1 to 10000");
        Within(options.LogAge, TimeSpan.Zero, TimeSpan.FromDays(365), nameof(options.LogAge));
        Check(options.MaxLogged is >= 1 and <= 100_000, nameof(options.MaxLogged), "must be from 1 to 100000");
        Check(options.MaxLoggedAttempts is >= 1 and <= 1000, nameof(options.MaxLoggedAttempts), "must be from 1 to 1000");
        Within(options.PrunePeriod, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1), nameof(options.PrunePeriod));
        Check(options.MaxWebhooks is >= 1 and <= 1000, nameof(options.MaxWebhooks), "must be from 1 to 1000");
        Within(options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), nameof(options.PollInterval));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Within(TimeSpan value, TimeSpan least, TimeSpan most, string key) =>
            Check(value >= least && value <= most, key, $"must be from {least} to {most}");

        void Check(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{WebhookOptions.Section}:{key}: {fault}.");
        }
    }
}
