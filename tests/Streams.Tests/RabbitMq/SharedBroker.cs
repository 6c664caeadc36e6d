using Granary.Streams.RabbitMq;
using Granary.Streams.Tests.Conformance;
using Granary.Streams.Tests.RabbitMq;
using Granary.Tests.Harness;

[assembly: AssemblyFixture(typeof(SharedBroker))]

namespace Granary.Streams.Tests.RabbitMq;

/// <summary>One broker for all tests that do not kill it, started when the first one needs it.</summary>
public sealed class SharedBroker : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitMqBroker>> _broker = new(static () => RabbitMqBroker.StartAsync());

    public static void Require()
    {
        if (RabbitMqBroker.IsInstalled) return;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "RabbitMQ is missing.");
        Assert.Skip("RabbitMQ is not installed.");
    }

    public Task<RabbitMqBroker> GetAsync()
    {
        Require();
        return _broker.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker.IsValueCreated) await (await _broker.Value).DisposeAsync();
    }

    /// <summary>What all tests have in common; an exchange of its own keeps a test apart from the others.</summary>
    public static void Configure(RabbitMqStreamsOptions options, string address, string exchange)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Hosts.Add(address);
        options.Exchange = exchange;
        options.MinRetryDelay = TimeSpan.FromMilliseconds(20);
        options.ReconnectDelay = TimeSpan.FromMilliseconds(200);
        options.Messages.Add<ProbeEvent>("probe", 1, System.Text.Json.JsonSerializerOptions.Web, static e => e.Id);
    }
}
