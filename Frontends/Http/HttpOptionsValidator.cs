using System.Net;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Http;

internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        var faults = new List<string>();
        if (options.BodyIdleTimeout <= TimeSpan.Zero) faults.Add($"{HttpOptions.Section}:BodyIdleTimeout: must be positive.");
        if (options.WriteStallTimeout <= TimeSpan.Zero) faults.Add($"{HttpOptions.Section}:WriteStallTimeout: must be positive.");
        if (options.MaxPushBody < 1) faults.Add($"{HttpOptions.Section}:MaxPushBody: must be positive.");
        foreach (var proxy in options.TrustedProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
                faults.Add($"{HttpOptions.Section}:TrustedProxies: \"{proxy}\" is not an address or a network.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
