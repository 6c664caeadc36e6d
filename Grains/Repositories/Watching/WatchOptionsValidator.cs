using Microsoft.Extensions.Options;

namespace Granary.Grains.Repositories.Watching;

/// <summary>Reports every fault of <see cref="WatchOptions"/> with its key.</summary>
internal sealed class WatchOptionsValidator : IValidateOptions<WatchOptions>
{
    public ValidateOptionsResult Validate(string? name, WatchOptions options)
    {
        var faults = new List<string>();
        Require(options.MaxWatches >= 1, "MaxWatches", "must be at least 1");
        Require(options.MaxWatchesPerUser >= 1, "MaxWatchesPerUser", "must be at least 1");
        Require(options.PollInterval >= TimeSpan.FromMilliseconds(10) && options.PollInterval <= TimeSpan.FromMinutes(1), "PollInterval", "must be 10 ms to 1 minute");
        Require(options.KeepAlive >= TimeSpan.FromMilliseconds(100) && options.KeepAlive <= TimeSpan.FromHours(1), "KeepAlive", "must be 0.1 s to 1 hour");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{WatchOptions.Section}:{key}: {fault}.");
        }
    }
}
