using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol;

internal sealed class GitProtocolOptionsValidator : IValidateOptions<GitProtocolOptions>
{
    public ValidateOptionsResult Validate(string? name, GitProtocolOptions options)
    {
        var faults = new List<string>();
        if (options.MaxFetchRequest < 1024) Add("MaxFetchRequest: must be at least 1024.");
        if (options.MaxRefPrefixes < 16) Add("MaxRefPrefixes: must be at least 16.");
        if (options.MaxWantedRefs < 1) Add("MaxWantedRefs: must be positive.");
        if (options.MaxWants < 1) Add("MaxWants: must be positive.");
        if (options.MaxHaves < 256) Add("MaxHaves: must be at least 256, of which git's client says one round.");
        if (options.MaxShallows < 0) Add("MaxShallows: may not be negative.");
        if (options.MaxDeepens < 0) Add("MaxDeepens: may not be negative.");
        if (options.MaxFilterLength < 1) Add("MaxFilterLength: must be positive.");
        if (options.MaxFilterParts < 1) Add("MaxFilterParts: must be positive.");
        if (options.MaxTreeFilterDepth < 0) Add("MaxTreeFilterDepth: may not be negative.");
        if (options.MaxRefsPerPush < 1) Add("MaxRefsPerPush: must be at least 1.");
        if (options.MaxCommandList < 1024) Add("MaxCommandList: must be at least 1024.");
        if (options.MaxPushOptions < 0) Add("MaxPushOptions: may not be negative.");
        if (options.MaxPushOptionLength < 1) Add("MaxPushOptionLength: must be at least 1.");
        if (options.KeepAlive <= TimeSpan.Zero) Add("KeepAlive: must be positive.");
        if (options.ErrorLinger < TimeSpan.Zero) Add("ErrorLinger: may not be negative.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Add(string fault) => faults.Add($"{GitProtocolOptions.Section}:{fault}");
    }
}
