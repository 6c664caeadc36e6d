using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Distances;

/// <summary>Reports every fault of <see cref="DistanceOptions"/> with its key.</summary>
internal sealed class DistanceOptionsValidator : IValidateOptions<DistanceOptions>
{
    public ValidateOptionsResult Validate(string? name, DistanceOptions options)
    {
        var faults = new List<string>();
        if (options.Cached < 2) Add("Cached", "must be at least 2");
        if (options.MaxWalk < 1) Add("MaxWalk", "must be at least 1");
        if (options.CountingTime <= TimeSpan.Zero) Add("CountingTime", "must be positive");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Add(string key, string fault) => faults.Add($"{DistanceOptions.Section}:{key}: {fault}.");
    }
}
