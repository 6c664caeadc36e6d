using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Commits;

/// <summary>Reports every fault of <see cref="CommitOptions"/> with its key.</summary>
internal sealed class CommitOptionsValidator : IValidateOptions<CommitOptions>
{
    public ValidateOptionsResult Validate(string? name, CommitOptions options)
    {
        var faults = new List<string>();
        Check(options.BatchSize is >= 1 and <= 10_000, nameof(options.BatchSize), "must be from 1 to 10000");
        Check(options.MaxMessageLength is >= 100 and <= 65_536, nameof(options.MaxMessageLength), "must be from 100 to 65536");
        Within(options.Delay, TimeSpan.Zero, TimeSpan.FromHours(1), nameof(options.Delay));
        Within(options.SliceTime, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(5), nameof(options.SliceTime));

        // The call to a worker is given up after ten minutes.
        Within(options.MaxRunTime, options.SliceTime, TimeSpan.FromMinutes(9), nameof(options.MaxRunTime));
        Within(options.LeaseTime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(options.LeaseTime));
        Within(options.MinRetryDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), nameof(options.MinRetryDelay));
        Within(options.MaxRetryDelay, options.MinRetryDelay, TimeSpan.FromDays(1), nameof(options.MaxRetryDelay));
        Within(options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), nameof(options.PollInterval));
        Check(options.MaxVisibilityChecks is >= 1 and <= 100, nameof(options.MaxVisibilityChecks), "must be from 1 to 100");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Within(TimeSpan value, TimeSpan least, TimeSpan most, string key) =>
            Check(value >= least && value <= most, key, $"must be from {least} to {most}");

        void Check(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{CommitOptions.Section}:{key}: {fault}.");
        }
    }
}
