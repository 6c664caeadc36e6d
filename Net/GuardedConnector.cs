using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Granary.Net;

/// <summary>Looks a name up; the system's resolver outside of tests.</summary>
public delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Makes connections to hosts that users name. A name is looked up once, and connected to is the very address that was judged,
/// so that a name which leads elsewhere the second time gains nothing.
/// </summary>
/// <param name="rules">Which addresses.</param>
/// <param name="logger">Is told what was refused and why; users are not told addresses.</param>
/// <param name="lookup">Null: the system's resolver.</param>
public sealed partial class GuardedConnector(AddressRules rules, ILogger logger, NameLookup? lookup = null)
{
    private readonly NameLookup _lookup = lookup ?? Dns.GetHostAddressesAsync;

    /// <summary>A handler whose every connection, of redirects too if they are followed, is made here. No proxy, no cookies.</summary>
    public SocketsHttpHandler CreateHandler(TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, cancellationToken),
        ConnectTimeout = connectTimeout,
        UseCookies = false,
        UseProxy = false,
    };

    /// <exception cref="AddressRefusedException">No address of the host may be connected to.</exception>
    /// <exception cref="SocketException">The name is not known, or nobody answers.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        // Forms such as 0x7f.1 and 2130706433 are addresses to some resolvers: whatever comes of a host is judged.
        var host = endPoint.Host;
        var found = IPAddress.TryParse(host.Trim('[', ']'), out var address) ? [address] : await _lookup(host, cancellationToken).ConfigureAwait(false);
        var usable = Array.FindAll(found, rules.Allow);
        if (usable.Length == 0)
        {
            if (found.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
            LogRefused(host, string.Join(", ", found.Select(static a => a.ToString())));
            throw new AddressRefusedException(host);
        }

        return await ConnectAsync(usable, endPoint.Port, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception fault)
            {
                socket.Dispose();
                if (fault is not SocketException || i == addresses.Length - 1) throw;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "No connection to {Host} was made: its addresses are private, loopback or reserved, and not of an allowed network ({Addresses}).")]
    private partial void LogRefused(string host, string addresses);
}

/// <summary>A host has only addresses that the server does not connect to.</summary>
public sealed class AddressRefusedException(string host) : Exception(
    $"The server does not connect to '{host}': its address is private, loopback or reserved. An administrator of the server can allow its network.")
{
    public string Host { get; } = host;
}
