using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Proxy;

/// <summary>The balancers whose PROXY header is believed, and demanded.</summary>
internal sealed class TrustedNetworks(IOptions<SshOptions> options)
{
    private readonly IPNetwork[] _networks = [.. options.Value.ProxyNetworks.Select(Parse)];

    public bool Contain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return Array.Exists(_networks, network => network.Contains(address));
    }

    private static IPNetwork Parse(string text) => IPAddress.TryParse(text, out var address)
        ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : IPNetwork.Parse(text);
}
