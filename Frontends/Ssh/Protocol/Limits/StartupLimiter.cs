using System.Net;
using System.Net.Sockets;
using Granary.Frontends.Ssh.Protocol.Connections;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Limits;

/// <summary>
/// Connections that are not logged in: some of them are dropped at random before all are, so that a flood cannot keep
/// everybody out (MaxStartups of https://man.openbsd.org/sshd_config), and no network may have all of the places.
/// </summary>
internal sealed class StartupLimiter(IOptions<SshOptions> options, Random random)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPNetwork, int> _byNetwork = [];
    private int _count;

    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>Null if there is a place, which is to be left with <see cref="Leave"/>.</summary>
    public DropReason? TryEnter(IPAddress address)
    {
        var network = NetworkOf(address);
        lock (_lock)
        {
            if (MustDrop()) return DropReason.StartupLimit;
            var sameNetwork = _byNetwork.GetValueOrDefault(network);
            if (sameNetwork >= options.Value.StartupsPerAddress) return DropReason.AddressLimit;
            _byNetwork[network] = sameNetwork + 1;
            _count++;
            return null;
        }
    }

    public void Leave(IPAddress address)
    {
        var network = NetworkOf(address);
        lock (_lock)
        {
            _count--;
            if (--_byNetwork[network] == 0) _byNetwork.Remove(network);
        }
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
