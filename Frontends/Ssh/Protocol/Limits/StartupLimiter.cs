using System.Net;
using System.Net.Sockets;
using Granary.Frontends.Ssh.Protocol.Connections;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Limits;

/// <summary>
/// Connections that are not logged in. How many there may be, and how many are dropped early, is as with MaxStartups of
/// https://man.openbsd.org/sshd_config; who is dropped is not: the network that has most of the places loses its oldest one. Under a
/// flood of stalled connections whoever comes from elsewhere, and logs in without delay, still gets in.
/// </summary>
internal sealed class StartupLimiter(IOptions<SshOptions> options, Random random)
{
    /// <summary>A network with no more than this counts as any other: the office with ten builds is not the flood.</summary>
    private const int FairShare = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPNetwork, LinkedList<StartupPlace>> _byNetwork = [];
    private long _lastNumber;
    private int _count;

    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>A place, or null and why not. Somebody else may have been made to give way.</summary>
    public StartupPlace? TryEnter(IPAddress address, Action giveWay, out DropReason refusal)
    {
        var network = NetworkOf(address);
        StartupPlace? loser = null;
        StartupPlace entered;
        refusal = DropReason.AddressLimit;
        lock (_lock)
        {
            var places = _byNetwork.GetValueOrDefault(network);
            if (places?.Count >= options.Value.StartupsPerAddress) return null;
            refusal = DropReason.StartupLimit;
            if (MustDrop())
            {
                loser = FindLoser((places?.Count ?? 0) + 1);
                if (loser is null) return null;
                Remove(loser);
            }

            // Removed and added again if the loser was the only one of this network.
            if (!_byNetwork.TryGetValue(network, out places)) _byNetwork[network] = places = new LinkedList<StartupPlace>();
            entered = new StartupPlace(this, network, ++_lastNumber, giveWay);
            places.AddLast(entered);
            _count++;
        }

        loser?.GiveWay();
        return entered;
    }

    public void Leave(StartupPlace place)
    {
        lock (_lock) Remove(place);
    }

    /// <summary>An IPv4 address, or the /64 that one IPv6 site has for itself.</summary>
    internal static IPNetwork NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return new IPNetwork(address, 32);
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPNetwork(new IPAddress(bytes), 64);
    }

    /// <summary>The oldest place of the networks with most of them; null if the newcomer's network, whose count is given, has most.</summary>
    private StartupPlace? FindLoser(int newcomers)
    {
        var most = Math.Max(newcomers, FairShare);
        StartupPlace? loser = null;
        foreach (var places in _byNetwork.Values)
        {
            var weight = Math.Max(places.Count, FairShare);
            var oldest = places.First!.Value;
            if (weight < most || (weight == most && loser?.Number < oldest.Number)) continue;
            (most, loser) = (weight, oldest);
        }

        return loser;
    }

    private void Remove(StartupPlace place)
    {
        if (!_byNetwork.TryGetValue(place.Network, out var places) || !places.Remove(place)) return;
        if (places.Count == 0) _byNetwork.Remove(place.Network);
        _count--;
    }

    private bool MustDrop()
    {
        var limits = options.Value;
        if (_count < limits.StartupsBegin) return false;
        if (_count >= limits.StartupsFull) return true;
        var span = limits.StartupsFull - limits.StartupsBegin;
        var percent = limits.StartupsRate + (100 - limits.StartupsRate) * (_count - limits.StartupsBegin) / span;
        return random.Next(100) < percent;
    }
}
