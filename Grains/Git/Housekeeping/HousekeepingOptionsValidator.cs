using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>Reports every fault of <see cref="HousekeepingOptions"/> with its key.</summary>
internal sealed class HousekeepingOptionsValidator : IValidateOptions<HousekeepingOptions>
{
    public ValidateOptionsResult Validate(string? name, HousekeepingOptions options)
    {
        var faults = new List<string>();
        Require(options.MaxConcurrent >= 1, "MaxConcurrent", "must be at least 1");
        Require(options.MaxQueue >= 1, "MaxQueue", "must be at least 1");
        Require(options.Threads is >= 1 and <= 1024, "Threads", "must be 1 to 1024");
        Require(options.WindowMemory >= 1 << 20, "WindowMemory", "must be at least 1 MiB");
        Require(options.NewPacks >= 1, "NewPacks", "must be at least 1");
        Require(options.LargePush >= 1, "LargePush", "must be positive");
        Require(options.WholeSize >= 0, "WholeSize", "may not be negative");
        Require(options.GeometricFactor is >= 2 and <= 100, "GeometricFactor", "must be 2 to 100");
        Require(options.ReplacedPackGrace >= TimeSpan.Zero, "ReplacedPackGrace", "may not be negative");
        Require(options.RecentPackGrace >= TimeSpan.Zero, "RecentPackGrace", "may not be negative");
        Require(options.UncoveredShare is >= 0 and <= 1, "UncoveredShare", "must be 0 to 1");
        Require(options.MaxRun > TimeSpan.Zero && options.MaxRun <= TimeSpan.FromDays(7), "MaxRun", "must be positive and at most 7 days");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{HousekeepingOptions.Section}:{key}: {fault}.");
        }
    }
}
