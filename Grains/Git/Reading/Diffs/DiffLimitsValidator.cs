using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>Reports every fault of <see cref="DiffLimits"/> with its key.</summary>
internal sealed class DiffLimitsValidator : IValidateOptions<DiffLimits>
{
    /// <summary>Below what clients of gRPC take as one message, unless they are told otherwise: 4 MiB.</summary>
    private const int MaxMessage = 3 << 20;

    /// <summary>Both sides lie in memory as a whole.</summary>
    private const int MaxFile = 256 << 20;

    public ValidateOptionsResult Validate(string? name, DiffLimits options)
    {
        var faults = new List<string>();
        RequirePositive(options.MaxChangedFiles, nameof(options.MaxChangedFiles));
        RequirePositive(options.MaxFiles, nameof(options.MaxFiles));
        RequirePositive(options.MaxLines, nameof(options.MaxLines));
        Require(options.MaxLinesPerFile is >= 1 and <= 50_000, nameof(options.MaxLinesPerFile), "must be 1 to 50,000");
        Require(options.MaxBytesPerFile is >= 1 and <= MaxMessage, nameof(options.MaxBytesPerFile), "must be 1 byte to 3 MiB");
        Require(options.MaxFileSize is >= 1 and <= MaxFile, nameof(options.MaxFileSize), "must be 1 byte to 256 MiB");
        RequirePositive(options.MaxComparedBytes, nameof(options.MaxComparedBytes));
        Require(options.MaxRenames is >= 0 and <= 10_000, nameof(options.MaxRenames), "must be 0 to 10,000");
        Require(options.MaxRenameBytes >= 0, nameof(options.MaxRenameBytes), "must not be negative");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void RequirePositive(long value, string key) => Require(value >= 1, key, "must be at least 1");

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{DiffLimits.Section}:{key}: {fault}.");
        }
    }
}
