using Granary.Streams.RabbitMq.Connections;
using Microsoft.Extensions.Options;

namespace Granary.Streams.RabbitMq;

internal sealed class RabbitMqStreamsOptionsValidator : IValidateOptions<RabbitMqStreamsOptions>
{
    public ValidateOptionsResult Validate(string? name, RabbitMqStreamsOptions options)
    {
        var faults = new List<string>();
        var prefix = options.SettingsPath.Length > 0 ? options.SettingsPath : $"Streams {name}: ";
        foreach (var host in options.Hosts)
        {
            if (BrokerAddress.TryParse(host, defaultPort: 1) is null) faults.Add($"{prefix}Hosts: \"{host}\" is not host or host:port.");
        }

        if (options.Exchange.Length is 0 or > 60 || options.Exchange.StartsWith("amq.", StringComparison.Ordinal))
            faults.Add(prefix + "Exchange must be 1 to 60 characters and not begin with \"amq.\".");
        if (options.UserName.Length == 0) faults.Add(prefix + "UserName is not set.");
        if (options.VirtualHost.Length == 0) faults.Add(prefix + "VirtualHost is not set.");
        if (!options.Messages.IsAny) faults.Add(prefix + "Messages has no type.");
        Exists(options.PasswordFile, nameof(options.PasswordFile));
        Exists(options.Tls.CaCertificatePath, "Tls:CaCertificatePath");
        Exists(options.Tls.CertificatePath, "Tls:CertificatePath");
        Exists(options.Tls.KeyPath, "Tls:KeyPath");
        if (options.Tls.CertificatePath.Length == 0 != (options.Tls.KeyPath.Length == 0))
            faults.Add(prefix + "Tls:CertificatePath and Tls:KeyPath belong together.");
        Between(options.Queues, 1, 256, nameof(options.Queues));
        Between(options.Prefetch, 1, 65_535, nameof(options.Prefetch));
        Between(options.MaxQueueLength, 1, 100_000_000, nameof(options.MaxQueueLength));
        Between(options.MaxMessageSize, 1024, 128 << 20, nameof(options.MaxMessageSize));
        Between(options.DeliveryLimit, 1, 1000, nameof(options.DeliveryLimit));
        Between(options.RedeliveryLimit, 5, 100_000, nameof(options.RedeliveryLimit));
        Within(options.MinRetryDelay, TimeSpan.FromMilliseconds(1), options.MaxRetryDelay, nameof(options.MinRetryDelay));
        Within(options.MaxRetryDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10), nameof(options.MaxRetryDelay));
        Within(options.ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), nameof(options.ConnectTimeout));
        Within(options.ReconnectDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5), nameof(options.ReconnectDelay));
        Within(options.ConfirmTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), nameof(options.ConfirmTimeout));
        Within(options.Heartbeat, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(options.Heartbeat));
        Within(options.LagPeriod, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), nameof(options.LagPeriod));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Exists(string path, string key)
        {
            if (path.Length > 0 && !File.Exists(path)) faults.Add($"{prefix}{key}: there is no such file.");
        }

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
