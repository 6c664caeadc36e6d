using System.Buffers;
using System.Net.Sockets;

namespace Granary.Frontends.Ssh.Protocol.Sockets;

/// <summary>
/// Memory to receive into, as large as what has come: a stream is read in large pieces, and a peer that stops in the middle of a packet
/// holds little.
/// </summary>
internal sealed class ReceivePool(Socket socket) : MemoryPool<byte>
{
    public const int Least = 2 << 10;

    /// <summary>Several packets of the largest usual size.</summary>
    private const int Most = 128 << 10;

    public override int MaxBufferSize => Most;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Clamp(Waiting(), Math.Max(minBufferSize, Least), Most));

    protected override void Dispose(bool disposing)
    {
    }

    private int Waiting()
    {
        try
        {
            return socket.Available;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return 0; // The read that follows says so.
        }
    }
}
