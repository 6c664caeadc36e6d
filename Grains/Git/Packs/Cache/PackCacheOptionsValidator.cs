using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Packs.Cache;

/// <summary>Reports every fault of <see cref="PackCacheOptions"/> with its key.</summary>
internal sealed class PackCacheOptionsValidator : IValidateOptions<PackCacheOptions>
{
    public ValidateOptionsResult Validate(string? name, PackCacheOptions options)
    {
        var faults = new List<string>();
        Require(Path.IsPathFullyQualified(options.Path), "Path", "must be an absolute path");
        Require(options.MaxSize >= 0, "MaxSize", "may not be negative");
        Require(options.MinFreeSpace >= 0, "MinFreeSpace", "may not be negative");
        Require(options.MaxAge > TimeSpan.Zero, "MaxAge", "must be positive");
        Require(options.RepeatWithin > TimeSpan.Zero, "RepeatWithin", "must be positive");
        Require(options.JoinWindow >= 0, "JoinWindow", "may not be negative");
        Require(options.JoinMemory >= 0, "JoinMemory", "may not be negative");
        Require(options.SweepPeriod > TimeSpan.Zero && options.SweepPeriod <= TimeSpan.FromDays(1), "SweepPeriod", "must be positive and at most 1 day");
        Require(options.Threads is >= 1 and <= 1024, "Threads", "must be 1 to 1024");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{PackCacheOptions.Section}:{key}: {fault}.");
        }
    }
}
