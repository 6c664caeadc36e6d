using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Granary.Streams.RabbitMq.Connections;

/// <summary>
/// The silo's connections: two a broker, because a broker that is short of memory stops reading what publishes, and that must
/// not stop acknowledgements.
/// </summary>
internal sealed class BrokerConnections : IAsyncDisposable
{
    private readonly ConcurrentDictionary<object, (BrokerConnection Publish, BrokerConnection Consume)> _brokers = new();
    private readonly Meter _meter = new(RabbitMqInstruments.MeterName);
    private readonly TimeProvider _time;
    private readonly ILogger<BrokerConnection> _logger;

    public BrokerConnections(TimeProvider time, ILogger<BrokerConnection> logger)
    {
        (_time, _logger) = (time, logger);
        _meter.CreateObservableGauge(
            "granary.streams.connected", Observe, description: "Whether the connection to the broker is there (1) or not (0).");
    }

    public IEnumerable<BrokerConnection> All => _brokers.Values.SelectMany(static b => (BrokerConnection[])[b.Publish, b.Consume]);

    public (BrokerConnection Publish, BrokerConnection Consume) Of(RabbitMqStreamsOptions options)
    {
        var login = new BrokerLogin(options);
        return _brokers.GetOrAdd(login.Identity, _ => (Make("publishing"), Make("consuming")));

        BrokerConnection Make(string use) => new(use, login, options.ConnectTimeout, options.ReconnectDelay, _time, _logger);
    }

    public async ValueTask DisposeAsync()
    {
        _meter.Dispose();
        foreach (var connection in All) await connection.DisposeAsync();
    }

    private IEnumerable<Measurement<int>> Observe() => All
        .GroupBy(static c => c.Name)
        .Select(static use => new Measurement<int>(use.All(static c => c.IsOpen) ? 1 : 0, new KeyValuePair<string, object?>("use", use.Key)));
}
