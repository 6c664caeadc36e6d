using System.Net;
using System.Net.Sockets;

namespace Granary.Silo.Hosting;

/// <summary>Looks at ports before the silo joins anything.</summary>
internal static class Ports
{
    /// <exception cref="StartupException">The port is in use, or the address is not this machine's.</exception>
    public static void Check(IPEndPoint endPoint, string key)
    {
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartupException($"Port {endPoint.Port} on {endPoint.Address} is in use by another program; choose another {key}:Port.");
        }
        catch (SocketException exception)
        {
            throw new StartupException($"Cannot listen on {endPoint} ({key}): {exception.Message}");
        }
    }

    /// <summary>Free ports on loopback for the silo's own traffic.</summary>
    public static (int Silo, int Gateway) FindFree()
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        gateway.Start();
        return (((IPEndPoint)silo.LocalEndpoint).Port, ((IPEndPoint)gateway.LocalEndpoint).Port);
    }
}
