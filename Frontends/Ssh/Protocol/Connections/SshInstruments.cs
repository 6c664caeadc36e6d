using System.Diagnostics.Metrics;
using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.KeyExchange;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>The meter <c>Granary.Ssh</c>.</summary>
internal sealed class SshInstruments
{
    public const string MeterName = "Granary.Ssh";

    private static readonly KeyValuePair<string, object?>[] Reasons = Tags<DropReason>("reason");
    private static readonly KeyValuePair<string, object?>[] Phases = Tags<SshPhase>("phase");
    private static readonly KeyValuePair<string, object?>[] Limits = Tags<ChannelLimit>("limit");

    private readonly Counter<long> _drops;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _exchanges;
    private readonly Histogram<double> _handshakes;
    private readonly Counter<long> _logins;
    private readonly UpDownCounter<long> _channels;

    public SshInstruments(IMeterFactory meters, SshConnections connections, KeyExchangeLimiter keyExchanges, WindowBudget windows)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("granary.ssh.connections", () => CountByPhase(connections), "{connection}", "Open connections by phase.");
        meter.CreateObservableGauge("granary.ssh.key_exchanges.running", () => keyExchanges.Running, "{exchange}", "Key exchanges being computed.");
        meter.CreateObservableGauge("granary.ssh.key_exchanges.waiting", () => keyExchanges.Waiting, "{exchange}", "Key exchanges that wait for a processor.");
        meter.CreateObservableGauge("granary.ssh.windows", () => windows.Taken, "By", "What channels have of windows beyond the initial ones.");
        _drops = meter.CreateCounter<long>("granary.ssh.drops", "{connection}", "Connections ended by the server, by reason.");
        _refusals = meter.CreateCounter<long>("granary.ssh.refusals", "{request}", "Requests within a connection that were refused, by the limit that they would have passed.");
        _exchanges = meter.CreateCounter<long>("granary.ssh.key_exchanges", "{exchange}", "Key exchanges completed, by method; first: those of a handshake.");
        _handshakes = meter.CreateHistogram<double>("granary.ssh.handshake.duration", "s", "Time from the connection to the login.");
        _logins = meter.CreateCounter<long>("granary.ssh.logins", "{login}", "Logins by result.");
        _channels = meter.CreateUpDownCounter<long>("granary.ssh.channels", "{channel}", "Open channels.");
    }

    public void Dropped(DropReason reason) => _drops.Add(1, Reasons[(int)reason]);

    public void Refused(ChannelLimit limit) => _refusals.Add(1, Limits[(int)limit]);

    public void KeysExchanged(string method, bool first) => _exchanges.Add(1, new("method", method), new("first", first ? "true" : "false"));

    public void LoggedIn(bool accepted) => _logins.Add(1, new KeyValuePair<string, object?>("result", accepted ? "accepted" : "refused"));

    public void ShookHands(TimeSpan time) => _handshakes.Record(time.TotalSeconds);

    public void ChannelOpened() => _channels.Add(1);

    public void ChannelClosed() => _channels.Add(-1);

    private static IEnumerable<Measurement<int>> CountByPhase(SshConnections connections)
    {
        var counts = new int[Phases.Length];
        foreach (var connection in connections.All) counts[(int)connection.Phase]++;
        return counts.Select(static (count, phase) => new Measurement<int>(count, Phases[phase]));
    }

    private static KeyValuePair<string, object?>[] Tags<T>(string key)
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => new KeyValuePair<string, object?>(key, name))];
}
