using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Granary.Streams.RabbitMq;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.Tests.Conformance;
using Granary.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Streams.Tests.RabbitMq;

/// <summary>A broker that is not there, or does not let us in.</summary>
public sealed class BrokerAwayTests(SharedBroker shared)
{
    private const string Password = "a password of the test";

    private readonly string _key = Guid.NewGuid().ToString("N")[..12];

    [Fact]
    public async Task Start_BrokerAway_SiloStartsAndPublishesOverTlsOnceItIsThere()
    {
        SharedBroker.Require();
        await using var broker = await RabbitMqBroker.StartAsync(start: false);
        var authority = WriteCertificates(broker.Folder);
        broker.UseTls(broker.Folder["server.pem"], broker.Folder["server.key"]);
        await using var cluster = await StreamCluster.StartAsync((silo, provider) => silo.AddRabbitMqStreams(provider, options =>
        {
            SharedBroker.Configure(options, broker.TlsAddress, "away");
            options.Tls.Enabled = true;
            options.Tls.ServerName = "localhost";
            options.Tls.CaCertificatePath = authority;
        }));
        var refusal = await Assert.ThrowsAsync<BrokerUnavailableException>(() => cluster.PublishAsync(_key, 1, 1));
        Assert.Contains(broker.TlsAddress, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("refused", cluster.Services().GetRequiredService<RabbitMqHealth>().Fault, StringComparison.Ordinal);
        await broker.StartAgainAsync();
        await Until.HoldsAsync("it publishes", async () => await Record.ExceptionAsync(() => cluster.PublishAsync(_key, 1, 3)) is null);
        await Until.HoldsAsync("all arrive", () => Probe.Of(_key).Count == 3);
        await Until.HoldsAsync("it is healthy", () => cluster.Services().GetRequiredService<RabbitMqHealth>().Fault is null);

        // The system's authorities do not know this one.
        await AssertRefusedAsync(broker.TlsAddress, options => (options.Tls.Enabled, options.Tls.ServerName) = (true, "localhost"), "certificate");
        await AssertRefusedAsync(
            broker.TlsAddress,
            options => (options.Tls.Enabled, options.Tls.ServerName, options.Tls.CaCertificatePath) = (true, "elsewhere", authority), "certificate");
    }

    [Fact]
    public async Task Login_WrongPassword_IsSaidAndTheRightOneFromAFileWorks()
    {
        var broker = await shared.GetAsync();
        await AssertRefusedAsync(broker.Address, static options => options.Password = Password, "ACCESS_REFUSED");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["password"], "guest\n");
        await using var cluster = await StreamCluster.StartAsync((silo, provider) => silo.AddRabbitMqStreams(provider, options =>
        {
            SharedBroker.Configure(options, broker.Address, _key);
            (options.Password, options.PasswordFile) = (Password, folder["password"]);
        }));
        await cluster.PublishAsync(_key, 1, 1);
        await Until.HoldsAsync("it arrives", () => Probe.Of(_key).Count == 1);
    }

    [Fact]
    public void Validate_FaultySettings_AreAllNamed()
    {
        var options = new RabbitMqStreamsOptions
        {
            SettingsPath = "Some:Section:",
            Exchange = "amq.topic",
            UserName = "",
            VirtualHost = "",
            PasswordFile = "/no/such/file",
            Queues = 0,
            Prefetch = 70_000,
            MaxQueueLength = 0,
            MaxMessageSize = 1,
            DeliveryLimit = 0,
            RedeliveryLimit = 1,
            MinRetryDelay = TimeSpan.Zero,
            MaxRetryDelay = TimeSpan.FromDays(1),
            ConnectTimeout = TimeSpan.Zero,
            ReconnectDelay = TimeSpan.Zero,
            ConfirmTimeout = TimeSpan.Zero,
            Heartbeat = TimeSpan.Zero,
            LagPeriod = TimeSpan.Zero,
        };
        options.Hosts.Add("host:port");
        options.Tls.CaCertificatePath = "/no/such/file";
        options.Tls.KeyPath = "/no/such/file";
        var result = new RabbitMqStreamsOptionsValidator().Validate("probe", options);
        string[] keys =
        [
            "Hosts", "Exchange", "UserName", "VirtualHost", "Messages", "PasswordFile", "Tls:CaCertificatePath", "Tls:KeyPath", "Tls:CertificatePath",
            "Queues", "Prefetch", "MaxQueueLength", "MaxMessageSize", "DeliveryLimit", "RedeliveryLimit", "MinRetryDelay", "MaxRetryDelay",
            "ConnectTimeout", "ReconnectDelay", "ConfirmTimeout", "Heartbeat", "LagPeriod",
        ];
        Assert.Equal(keys.Length, result.Failures!.Count());
        Assert.All(keys, key => Assert.Contains(result.Failures!, f => f.StartsWith("Some:Section:" + key, StringComparison.Ordinal)));
    }

    private static async Task AssertRefusedAsync(string address, Action<RabbitMqStreamsOptions> configure, string reason)
    {
        await using var cluster = await StreamCluster.StartAsync((silo, provider) => silo.AddRabbitMqStreams(provider, options =>
        {
            SharedBroker.Configure(options, address, "refused");
            configure(options);
        }));
        var refusal = await Assert.ThrowsAsync<BrokerUnavailableException>(() => cluster.PublishAsync("nobody", 1, 1));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, refusal.ToString(), StringComparison.Ordinal);
    }

    /// <summary>An authority and a certificate of it for localhost; returns the authority's file.</summary>
    private static string WriteCertificates(TemporaryFolder folder)
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = RSA.Create(2048);
        var server = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        server.CertificateExtensions.Add(names.Build());
        using var certificate = server.Create(authority, now.AddDays(-1), now.AddDays(1), [1]);
        File.WriteAllText(folder["authority.pem"], authority.ExportCertificatePem());
        File.WriteAllText(folder["server.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["server.key"], key.ExportPkcs8PrivateKeyPem());
        return folder["authority.pem"];
    }
}
