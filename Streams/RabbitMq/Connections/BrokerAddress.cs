using System.Globalization;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.Connections;

/// <summary>A node of a broker.</summary>
internal sealed record BrokerAddress(string Host, int Port)
{
    /// <summary><c>host</c>, <c>host:port</c>, <c>[ipv6]</c> or <c>[ipv6]:port</c>; null when it is none of them.</summary>
    public static BrokerAddress? TryParse(string text, int defaultPort)
    {
        var (host, port) = (text, defaultPort);
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && !text.EndsWith(']'))
        {
            host = text[..colon];
            if (!int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)) return null;
        }

        return Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown || port is < 1 or > 65535 ? null : new BrokerAddress(host, port);
    }

    public static IReadOnlyList<BrokerAddress> Of(RabbitMqStreamsOptions options)
    {
        var port = options.Tls.Enabled ? AmqpTcpEndpoint.DefaultAmqpSslPort : AmqpTcpEndpoint.UseDefaultPort;
        if (port == AmqpTcpEndpoint.UseDefaultPort) port = Protocols.DefaultProtocol.DefaultPort;
        return options.Hosts.Count == 0
            ? [new BrokerAddress("localhost", port)]
            : [.. options.Hosts.Select(host => TryParse(host, port) ?? throw new FormatException("A broker's address cannot be read."))];
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
