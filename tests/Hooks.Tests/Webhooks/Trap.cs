using System.Net;
using System.Net.Sockets;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>Counts connections to a port of the loopback addresses that the server must not connect to.</summary>
internal sealed class Trap : IAsyncDisposable
{
    private readonly TcpListener[] _listeners;
    private readonly Task[] _accepting;
    private int _connections;

    private Trap(TcpListener[] listeners, int port)
    {
        (_listeners, Port) = (listeners, port);
        _accepting = Array.ConvertAll(listeners, AcceptAsync);
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    public static Trap Start()
    {
        var first = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        var port = ((IPEndPoint)first.LocalEndpoint).Port;
        TcpListener[] others = [new(IPAddress.Parse("127.0.0.2"), port), new(IPAddress.IPv6Loopback, port)];
        var started = new List<TcpListener> { first };
        foreach (var other in others)
        {
            try
            {
                other.Start();
                started.Add(other);
            }
            catch (SocketException fault) when (fault.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                // A machine without IPv6.
            }
        }

        return new Trap([.. started], port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners) listener.Stop();
        await Task.WhenAll(_accepting);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
