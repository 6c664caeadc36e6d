using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>Reports every fault of <see cref="SearchLimits"/> with its key.</summary>
internal sealed class SearchLimitsValidator(IOptions<ReadingOptions> reading) : IValidateOptions<SearchLimits>
{
    /// <summary>Below what clients of gRPC take as one message, unless they are told otherwise: 4 MiB.</summary>
    private const int MaxMessage = 3 << 20;

    /// <summary>A line of the greatest length fits.</summary>
    private const int MinMessage = 256 << 10;

    public ValidateOptionsResult Validate(string? name, SearchLimits options)
    {
        var faults = new List<string>();
        Require(options.MaxPatternLength is >= 1 and <= 10_000, nameof(options.MaxPatternLength), "must be 1 to 10,000");
        Require(options.MaxFiles >= 1, nameof(options.MaxFiles), "must be at least 1");
        Require(options.MaxBytes >= 1, nameof(options.MaxBytes), "must be at least 1");
        Require(options.MaxTime > TimeSpan.Zero, nameof(options.MaxTime), "must be positive");
        Require(options.MaxFileSize is >= 1 and <= 64 << 20, nameof(options.MaxFileSize), "must be 1 byte to 64 MiB");
        Require(
            options.MaxFileSize * 3L <= reading.Value.BlobMemory, nameof(options.MaxFileSize),
            $"must be at most a third of {ReadingOptions.Section}:{nameof(ReadingOptions.BlobMemory)}");
        Require(options.MaxLines >= 1, nameof(options.MaxLines), "must be at least 1");
        Require(options.MaxLinesPerFile is >= 1 and <= 50_000, nameof(options.MaxLinesPerFile), "must be 1 to 50,000");
        Require(options.MaxBytesPerFile is >= MinMessage and <= MaxMessage, nameof(options.MaxBytesPerFile), "must be 256 KiB to 3 MiB");
        Require(options.MaxLineLength is >= 10 and <= 10_000, nameof(options.MaxLineLength), "must be 10 to 10,000");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{SearchLimits.Section}:{key}: {fault}.");
        }
    }
}
