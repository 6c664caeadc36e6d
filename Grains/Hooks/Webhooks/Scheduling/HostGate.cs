namespace Granary.Grains.Hooks.Webhooks.Scheduling;

/// <summary>
/// How many attempts are under way to each host on this silo: a few, and one at a time where the last one timed out. Hosts that
/// time out have no more than half of the workers together, so that however many hang, others are served.
/// </summary>
internal sealed class HostGate(int workers, int maxPerHost)
{
    private readonly Dictionary<string, HostUse> _hosts = new(StringComparer.Ordinal);
    private int _slowUnderWay;

    public int UnderWay { get; private set; }

    public int Free => workers - UnderWay;

    private bool AreSlowFull => _slowUnderWay >= Math.Max(1, workers / 2);

    /// <summary>Hosts to which nothing more may be sent now.</summary>
    public IReadOnlyCollection<string> Busy() =>
        [.. _hosts.Where(pair => pair.Value.UnderWay >= MostOf(pair.Value) || (pair.Value.IsSlow && AreSlowFull)).Select(static pair => pair.Key)];

    /// <summary>False: not now.</summary>
    public bool TryEnter(string host)
    {
        var use = _hosts.GetValueOrDefault(host) ?? new HostUse();
        if (Free <= 0 || use.UnderWay >= MostOf(use) || (use.IsSlow && AreSlowFull)) return false;
        _hosts[host] = use;
        use.UnderWay++;
        UnderWay++;
        if (use.IsSlow) _slowUnderWay++;
        return true;
    }

    /// <param name="host">As entered.</param>
    /// <param name="timedOut">Null: nothing was learnt of it.</param>
    public void Leave(string host, bool? timedOut)
    {
        var use = _hosts[host];
        UnderWay--;
        if (use.IsSlow) _slowUnderWay -= use.UnderWay;
        use.UnderWay--;
        use.IsSlow = timedOut ?? use.IsSlow;
        if (use.IsSlow) _slowUnderWay += use.UnderWay;
        if (use is { UnderWay: 0, IsSlow: false }) _hosts.Remove(host);
    }

    private int MostOf(HostUse use) => use.IsSlow ? 1 : maxPerHost;

    private sealed class HostUse
    {
        public int UnderWay { get; set; }

        public bool IsSlow { get; set; }
    }
}
