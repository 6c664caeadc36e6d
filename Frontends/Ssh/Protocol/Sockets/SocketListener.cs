using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Granary.Frontends.Ssh.Protocol.Sockets;

/// <summary>Accepts connections until it is unbound.</summary>
internal sealed class SocketListener : IConnectionListener
{
    /// <summary>Connections that may wait to be accepted; the kernel has a bound of its own.</summary>
    private const int Backlog = 4096;

    /// <summary>Before the next attempt when the process has no handles left: others must end first.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly PeriodicTimer _pause;

    private SocketListener(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _pause = new PeriodicTimer(Pause, time);
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public static SocketListener Bind(IPEndPoint address, TimeProvider time)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel's: the address of every network stands for IPv4 too.
            if (address.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(address);
            socket.Listen(Backlog);
            return new SocketListener(socket, time);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            if (exception.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(exception.Message, exception);
            throw;
        }
    }

    /// <summary>The next connection; null when the listener was unbound.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return SocketConnection.Create(await _socket.AcceptAsync(cancellationToken));
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                if (!await _pause.WaitForNextTickAsync(cancellationToken)) return null;
            }
            catch (SocketException)
            {
                // The peer gave up before it was its turn.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        _pause.Dispose();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
