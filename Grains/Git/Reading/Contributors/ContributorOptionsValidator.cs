using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Contributors;

/// <summary>Reports every fault of <see cref="ContributorOptions"/> with its key.</summary>
internal sealed class ContributorOptionsValidator : IValidateOptions<ContributorOptions>
{
    private const int MostCommits = 50_000_000;
    private const int MostAuthors = 10_000_000;
    private const int MaxMailmap = 64 << 20;

    public ValidateOptionsResult Validate(string? name, ContributorOptions options)
    {
        var faults = new List<string>();
        Require(options.MaxCommits is >= 1 and <= MostCommits, nameof(options.MaxCommits), $"must be 1 to {MostCommits}");
        Require(options.MaxAuthors is >= 1 and <= MostAuthors, nameof(options.MaxAuthors), $"must be 1 to {MostAuthors}");
        Require(options.MaxMailmapSize is >= 0 and <= MaxMailmap, nameof(options.MaxMailmapSize), "must be 0 to 64 MiB");
        Require(options.CacheSize >= 0, nameof(options.CacheSize), "must be at least 0");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{ContributorOptions.Section}:{key}: {fault}.");
        }
    }
}
