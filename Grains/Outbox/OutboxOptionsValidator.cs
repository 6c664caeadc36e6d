using Microsoft.Extensions.Options;

namespace Granary.Grains.Outbox;

internal sealed class OutboxOptionsValidator : IValidateOptions<OutboxOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboxOptions options)
    {
        const string s = OutboxOptions.Section;
        var faults = new List<string>();
        if (options.MaxParallel is < 1 or > 1000) faults.Add($"{s}:MaxParallel must be from 1 to 1000.");
        if (options.MaxBatch is < 1 or > 10_000) faults.Add($"{s}:MaxBatch must be from 1 to 10000.");
        if (options.MinRetryDelay < TimeSpan.FromMilliseconds(1)) faults.Add($"{s}:MinRetryDelay must be at least a millisecond.");
        if (options.MaxRetryDelay < options.MinRetryDelay || options.MaxRetryDelay > TimeSpan.FromHours(1))
            faults.Add($"{s}:MaxRetryDelay must be from MinRetryDelay to an hour.");
        if (options.SweepPeriod < TimeSpan.FromMilliseconds(100) || options.SweepPeriod > TimeSpan.FromHours(1))
            faults.Add($"{s}:SweepPeriod must be from 100 ms to an hour.");
        if (options.MarkerLinger < TimeSpan.Zero || options.MarkerLinger > TimeSpan.FromDays(1))
            faults.Add($"{s}:MarkerLinger must be from 0 to a day.");
        if (options.JournalAge < TimeSpan.Zero || options.JournalAge > TimeSpan.FromDays(3650))
            faults.Add($"{s}:JournalAge must be from 0 to 10 years.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
