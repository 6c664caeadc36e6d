using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading;

/// <summary>Reports every fault of <see cref="ReadingOptions"/> with its key.</summary>
internal sealed class ReadingOptionsValidator : IValidateOptions<ReadingOptions>
{
    /// <summary>What is read lies in one piece in memory.</summary>
    private const long MaxBlob = 2L << 30;

    public ValidateOptionsResult Validate(string? name, ReadingOptions options)
    {
        var faults = new List<string>();
        Require(options.Threads is >= 1 and <= 1024, "Threads", "must be 1 to 1024");
        Require(options.MaxWaiting >= 1, "MaxWaiting", "must be at least 1");
        Require(options.MaxHandles >= 1, "MaxHandles", "must be at least 1");
        Require(options.MaxHandlesPerRepository is >= 1 and <= 1024, "MaxHandlesPerRepository", "must be 1 to 1024");
        Require(options.HandleIdleTime > TimeSpan.Zero && options.HandleIdleTime <= TimeSpan.FromDays(1), "HandleIdleTime", "must be positive and at most 1 day");
        Require(options.SliceTime > TimeSpan.Zero, "SliceTime", "must be positive");
        Require(options.SliceItems is >= 1 and <= 65536, "SliceItems", "must be 1 to 65536");
        Require(options.MaxBlobSize is >= 1 and < MaxBlob, "MaxBlobSize", "must be 1 byte to less than 2 GiB");
        Require(options.TipCacheSize >= 0, "TipCacheSize", "may not be negative");
        Require(options.BlobMemory >= options.MaxBlobSize, "BlobMemory", "must be at least MaxBlobSize");
        Require(options.MaxTreeEntries >= 1, "MaxTreeEntries", "must be at least 1");
        Require(options.LastCommitWalk >= 1, "LastCommitWalk", "must be at least 1");
        Require(options.LastCommitCache >= 0, "LastCommitCache", "must be at least 0");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{ReadingOptions.Section}:{key}: {fault}.");
        }
    }
}
