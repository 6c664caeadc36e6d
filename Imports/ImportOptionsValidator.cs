using System.Net;
using Microsoft.Extensions.Options;

namespace Granary.Imports;

/// <summary>Reports every fault of <see cref="ImportOptions"/> with its key.</summary>
internal sealed class ImportOptionsValidator : IValidateOptions<ImportOptions>
{
    public ValidateOptionsResult Validate(string? name, ImportOptions options)
    {
        var faults = new List<string>();
        Check(options.MaxConcurrent >= 1, nameof(options.MaxConcurrent), "must be at least 1");
        Check(options.MaxRefs >= 1, nameof(options.MaxRefs), "must be at least 1");
        Check(options.StallTimeout > TimeSpan.Zero, nameof(options.StallTimeout), "must be positive");
        Check(options.MaxDuration > TimeSpan.Zero, nameof(options.MaxDuration), "must be positive");
        Check(options.ConnectTimeout > TimeSpan.Zero, nameof(options.ConnectTimeout), "must be positive");
        Check(options.MaxRedirects is >= 0 and <= 20, nameof(options.MaxRedirects), "must be 0 to 20");
        foreach (var network in options.AllowedNetworks)
            Check(IPNetwork.TryParse(network, out _), nameof(options.AllowedNetworks), $"\"{network}\" is not a network such as 10.1.0.0/16");
        foreach (var id in options.FsckIgnore)
            Check(id.Length > 0 && id.All(char.IsAsciiLetterOrDigit), nameof(options.FsckIgnore), $"\"{id}\" is not a message id of git fsck");
        foreach (var entry in options.SkippedRefs)
        {
            var isRef = entry.StartsWith("refs/", StringComparison.Ordinal) && entry.Length > "refs/".Length && !entry.EndsWith('/');
            Check(isRef, nameof(options.SkippedRefs), $"\"{entry}\" is not a ref or a folder of refs such as refs/pull");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{ImportOptions.Section}:{key}: {fault}.");
        }
    }
}
