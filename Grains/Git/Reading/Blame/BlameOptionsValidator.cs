using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Blame;

/// <summary>Reports every fault of <see cref="BlameOptions"/> with its key.</summary>
internal sealed class BlameOptionsValidator : IValidateOptions<BlameOptions>
{
    /// <summary>Several forms of a file lie in memory as a whole.</summary>
    private const int MaxFile = 256 << 20;

    public ValidateOptionsResult Validate(string? name, BlameOptions options)
    {
        var faults = new List<string>();
        Require(options.MaxFileSize is >= 1 and <= MaxFile, nameof(options.MaxFileSize), "must be 1 byte to 256 MiB");
        Require(options.MaxLines >= 1, nameof(options.MaxLines), "must be at least 1");
        Require(options.MaxCommits >= 1, nameof(options.MaxCommits), "must be at least 1");
        Require(options.MaxTime > TimeSpan.Zero, nameof(options.MaxTime), "must be positive");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{BlameOptions.Section}:{key}: {fault}.");
        }
    }
}
