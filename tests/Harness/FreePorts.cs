using System.Net;
using System.Net.Sockets;

namespace Granary.Tests.Harness;

/// <summary>
/// Ports for servers, below those that the kernel gives to outgoing connections: between the choice and the server's start no
/// client can be given one. Each process of tests begins elsewhere and takes one after the other.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Count = 20_000;

    private static int _last = Random.Shared.Next(Count);

    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one.
            }
        }
    }
}
