using Microsoft.Extensions.Options;

namespace Granary.Grains.Git.Reading.History;

/// <summary>Reports every fault of <see cref="HistoryOptions"/> with its key.</summary>
internal sealed class HistoryOptionsValidator : IValidateOptions<HistoryOptions>
{
    private const int MostVisited = 50_000_000;

    public ValidateOptionsResult Validate(string? name, HistoryOptions options)
    {
        var faults = new List<string>();
        if (options.MaxVisited is < 1 or > MostVisited) faults.Add($"{HistoryOptions.Section}:MaxVisited: must be 1 to {MostVisited}.");
        if (options.MaxTested < 1) faults.Add($"{HistoryOptions.Section}:MaxTested: must be at least 1.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
