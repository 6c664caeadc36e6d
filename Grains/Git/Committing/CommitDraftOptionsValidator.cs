using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Committing;

/// <summary>Reports every fault of <see cref="CommitDraftOptions"/> with its key.</summary>
internal sealed class CommitDraftOptionsValidator : IValidateOptions<CommitDraftOptions>
{
    public ValidateOptionsResult Validate(string? name, CommitDraftOptions options)
    {
        var faults = new List<string>();
        if (options.MaxChanges < 1) Add("MaxChanges", "must be at least 1");
        if (options.MaxSize < 1) Add("MaxSize", "must be positive");
        if (options.MaxConcurrent < 1) Add("MaxConcurrent", "must be at least 1");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Add(string key, string fault) => faults.Add($"{CommitDraftOptions.Section}:{key}: {fault}.");
    }
}
