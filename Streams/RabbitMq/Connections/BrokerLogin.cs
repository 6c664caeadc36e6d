using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Granary.Streams.RabbitMq.Connections;

/// <summary>How one broker is reached, and as whom.</summary>
internal sealed class BrokerLogin(RabbitMqStreamsOptions options)
{
    /// <summary>Above what may be published: a message that is too large is to be seen, and made a dead letter, not to end the connection.</summary>
    private const uint MaxInboundMessageSize = 128 << 20;

    public IReadOnlyList<BrokerAddress> Addresses { get; } = BrokerAddress.Of(options);

    /// <summary>The same for providers that share connections. The password is part of the login, and of no text.</summary>
    public (string, string, string, string, string) Identity => (
        string.Join(',', Addresses), options.VirtualHost, options.UserName, options.Password + options.PasswordFile,
        string.Join(',', options.Tls.Enabled, options.Tls.ServerName, options.Tls.CaCertificatePath, options.Tls.CertificatePath));

    public async Task<IConnection> ConnectAsync(string clientName, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            VirtualHost = options.VirtualHost,
            UserName = options.UserName,
            Password = options.PasswordFile.Length > 0 ? await ReadPasswordAsync(cancellationToken) : options.Password,
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = options.ConnectTimeout,
            MaxInboundMessageBodySize = MaxInboundMessageSize,

            // Delivery tags belong to one channel: what was lost with it is begun anew as a whole, by us.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
        };
        var endpoints = Addresses.Select(address => new AmqpTcpEndpoint(address.Host, address.Port, Tls(address)));
        return await factory.CreateConnectionAsync(endpoints, clientName, cancellationToken);
    }

    private async Task<string> ReadPasswordAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(options.PasswordFile);
        return await reader.ReadLineAsync(cancellationToken) ?? "";
    }

    private SslOption Tls(BrokerAddress address)
    {
        var tls = options.Tls;
        var ssl = new SslOption { Enabled = tls.Enabled, ServerName = tls.ServerName.Length > 0 ? tls.ServerName : address.Host };
        if (!tls.Enabled) return ssl;
        if (tls.CertificatePath.Length > 0) ssl.Certs = [X509Certificate2.CreateFromPemFile(tls.CertificatePath, tls.KeyPath)];
        if (tls.CaCertificatePath.Length == 0) return ssl;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(tls.CaCertificatePath);
        ssl.CertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, authorities);
        return ssl;
    }

    /// <summary>The chain is built again with the authorities that were named; a wrong name stays wrong.</summary>
    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }
}
