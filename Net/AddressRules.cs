using System.Net;
using System.Net.Sockets;

namespace Granary.Net;

/// <summary>
/// Which addresses the server connects to when somebody names a host: those of the public internet, and networks that the
/// operator allows. For whatever leads to a connection that a user chose: imports, webhooks.
/// </summary>
public sealed class AddressRules
{
    private const int Ipv4InIpv6At = 12;

    private readonly IPNetwork[] _allowed;

    /// <param name="allowed">Networks in CIDR form that are allowed whatever they are.</param>
    /// <exception cref="FormatException">One is not in that form.</exception>
    public AddressRules(IEnumerable<string> allowed) => _allowed = [.. allowed.Select(IPNetwork.Parse)];

    public bool Allow(IPAddress address)
    {
        var meant = Meant(address);
        return _allowed.Any(network => network.Contains(meant)) || !ReservedNetworks.Contain(meant);
    }

    /// <summary>The address that packets go to: that of IPv4 for one that was written as IPv6, mapped or for translation (NAT64).</summary>
    private static IPAddress Meant(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return ReservedNetworks.Translation.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(Ipv4InIpv6At)) : address;
    }
}
