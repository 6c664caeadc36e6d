using System.Net;
using System.Net.Sockets;

namespace Granary.Net;

/// <summary>
/// Addresses that are not hosts of the public internet, by IANA's registries of special-purpose addresses (RFC 6890), and what
/// clouds serve their machines' secrets at.
/// </summary>
internal static class ReservedNetworks
{
    /// <summary>IPv4 addresses written as IPv6 for a translator, RFC 6052.</summary>
    public static IPNetwork Translation { get; } = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>The only part of IPv6 that is given out to hosts; all else is reserved, private, link-local or multicast.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] V4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // The one metadata service at a public address.
            "168.63.129.16/32",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Within <see cref="GlobalUnicast"/>: protocols (Teredo among them), documentation, 6to4, AS112.</summary>
    private static readonly IPNetwork[] V6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse)];

    public static bool Contain(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => V4.Any(network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => !GlobalUnicast.Contains(address) || V6.Any(network => network.Contains(address)),
        _ => true,
    };
}
