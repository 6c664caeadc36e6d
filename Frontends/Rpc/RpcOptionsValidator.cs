using Granary.Accounts;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc;

internal sealed class RpcOptionsValidator : IValidateOptions<RpcOptions>
{
    private const int MinMessageSize = 64 * 1024;
    private const int MaxMessageSize = 64 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, RpcOptions options)
    {
        var faults = new List<string>();
        if (options.MaxReceiveMessageSize is < MinMessageSize or > MaxMessageSize)
            faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.MaxReceiveMessageSize)} must be {MinMessageSize} to {MaxMessageSize} bytes.");
        if (options.ListParallelism is < 1 or > 256)
            faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.ListParallelism)} must be 1 to 256.");
        if (options.ReadAhead is < 1 or > 1024)
            faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.ReadAhead)} must be 1 to 1024.");
        if (options.StreamStallTimeout <= TimeSpan.Zero || options.StreamStallTimeout > TimeSpan.FromDays(1))
            faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.StreamStallTimeout)} must be positive and at most 1 day.");
        if (options.HealthWatchInterval < TimeSpan.FromMilliseconds(100) || options.HealthWatchInterval > TimeSpan.FromHours(1))
            faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.HealthWatchInterval)} must be 0.1 s to 1 h.");
        if (options.MaxHealthWatches is < 1 or > 10_000)
            faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.MaxHealthWatches)} must be 1 to 10000.");
        foreach (var user in options.TrustedUsers)
        {
            if (!UserName.TryParse(user, out _, out var fault)) faults.Add($"{RpcOptions.SectionName}:{nameof(RpcOptions.TrustedUsers)} has '{user}': {fault}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
