using Microsoft.Extensions.Options;

namespace Granary.Streams.Embedded;

internal sealed class EmbeddedStreamsOptionsValidator : IValidateOptions<EmbeddedStreamsOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddedStreamsOptions options)
    {
        var faults = new List<string>();
        var prefix = options.SettingsPath.Length > 0 ? options.SettingsPath : $"Streams {name}: ";
        if (string.IsNullOrWhiteSpace(options.Path)) faults.Add(prefix + "Path is not set.");
        Between(options.Queues, 1, 256, nameof(options.Queues));
        Between(options.CacheSize, 1, 1_000_000, nameof(options.CacheSize));
        Between(options.CacheSizePerStream, 1, options.CacheSize, nameof(options.CacheSizePerStream));
        Between(options.MaxQueueLength, 1, 100_000_000, nameof(options.MaxQueueLength));
        Between(options.MaxMessageSize, 1024, 512 << 20, nameof(options.MaxMessageSize));
        Between(options.DeliveryLimit, 1, 1000, nameof(options.DeliveryLimit));
        Within(options.MinRetryDelay, TimeSpan.FromMilliseconds(1), options.MaxRetryDelay, nameof(options.MinRetryDelay));
        Within(options.MaxRetryDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), nameof(options.MaxRetryDelay));
        Within(options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), nameof(options.PollInterval));
        Within(options.BusyTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), nameof(options.BusyTimeout));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Between(int value, int least, int most, string key)
        {
            if (value < least || value > most) faults.Add($"{prefix}{key} must be from {least} to {most}.");
        }

        void Within(TimeSpan value, TimeSpan least, TimeSpan most, string key)
        {
            if (value < least || value > most) faults.Add($"{prefix}{key} must be from {least} to {most}.");
        }
    }
}
