using System.Diagnostics.Metrics;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>The meter <c>Granary.Ssh</c>.</summary>
internal sealed class SshInstruments
{
    public const string MeterName = "Granary.Ssh";
    private readonly Counter<long> _drops;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _logins;
    private readonly UpDownCounter<long> _channels;

    public SshInstruments(IMeterFactory meters, SshConnections connections)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("granary.ssh.connections", () => CountByPhase(connections), description: "Open connections by phase.");
        _drops = meter.CreateCounter<long>("granary.ssh.drops", description: "Connections ended by the server, by reason.");
        _handshakes = meter.CreateCounter<long>("granary.ssh.key_exchanges", description: "Key exchanges completed, by method.");
        _logins = meter.CreateCounter<long>("granary.ssh.logins", description: "Logins by result.");
        _channels = meter.CreateUpDownCounter<long>("granary.ssh.channels", description: "Open channels.");
    }

    public void Dropped(DropReason reason) => _drops.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void KeysExchanged(string method, bool first) =>
        _handshakes.Add(1, new("method", method), new("first", first));

    public void LoggedIn(bool accepted) => _logins.Add(1, new KeyValuePair<string, object?>("result", accepted ? "accepted" : "refused"));

    public void ChannelOpened() => _channels.Add(1);

    public void ChannelClosed() => _channels.Add(-1);

    private static IEnumerable<Measurement<int>> CountByPhase(SshConnections connections)
    {
        var counts = new int[Enum.GetValues<SshPhase>().Length];
        foreach (var connection in connections.All) counts[(int)connection.Phase]++;
        return Enum.GetValues<SshPhase>().Select(phase => new Measurement<int>(counts[(int)phase], new KeyValuePair<string, object?>("phase", phase.ToString())));
    }
}
