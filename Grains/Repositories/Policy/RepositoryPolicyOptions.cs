using Microsoft.Extensions.Options;

namespace Granary.Grains.Repositories.Policy;

/// <summary>What pushes may bring where nobody set it for the repository: section <c>Granary:Repositories</c>.</summary>
public sealed class RepositoryPolicyOptions
{
    public const string Section = "Granary:Repositories";

    /// <summary>The largest file of a push, unpacked, in bytes. Default 100 MiB.</summary>
    public long MaxFileSize { get; set; } = 100L << 20;

    /// <summary>The most bytes of packs of one repository. Default 10 GiB.</summary>
    public long MaxRepositorySize { get; set; } = 10L << 30;

    /// <summary>The most refs that one push may change, within <c>Granary:Protocol:MaxRefsPerPush</c>. Default 100,000.</summary>
    public int MaxRefsPerPush { get; set; } = 100_000;

    /// <summary>Whose push takes the repository past one of these sizes is told so. Default 1 GiB and 5 GiB.</summary>
    public IList<long> SizeNotices { get; } = [];

    /// <summary>The most protection rules of one repository. Default 100.</summary>
    public int MaxProtectionRules { get; set; } = 100;

    /// <summary>The most new commits that a rule on commits looks at in one push; more are refused. Default 1,000.</summary>
    public int MaxCheckedCommits { get; set; } = 1000;

    /// <summary>What <see cref="SizeNotices"/> is when it is not configured.</summary>
    internal static IReadOnlyList<long> DefaultSizeNotices { get; } = [1L << 30, 5L << 30];
}

/// <summary>Reports every fault of <see cref="RepositoryPolicyOptions"/> with its key.</summary>
internal sealed class RepositoryPolicyOptionsValidator : IValidateOptions<RepositoryPolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, RepositoryPolicyOptions options)
    {
        var faults = new List<string>();
        Check(options.MaxFileSize >= 1, nameof(options.MaxFileSize), "must be at least 1");
        Check(options.MaxRepositorySize >= 1, nameof(options.MaxRepositorySize), "must be at least 1");
        Check(options.MaxRefsPerPush >= 1, nameof(options.MaxRefsPerPush), "must be at least 1");
        Check(options.SizeNotices.All(static size => size > 0), nameof(options.SizeNotices), "must be positive");
        Check(options.MaxProtectionRules is >= 1 and <= 1000, nameof(options.MaxProtectionRules), "must be 1 to 1000");
        Check(options.MaxCheckedCommits is >= 1 and <= 100_000, nameof(options.MaxCheckedCommits), "must be 1 to 100000");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string key, string fault)
        {
            if (!holds) faults.Add($"{RepositoryPolicyOptions.Section}:{key}: {fault}.");
        }
    }
}
