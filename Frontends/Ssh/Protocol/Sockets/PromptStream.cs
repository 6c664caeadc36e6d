using System.Net.Sockets;

namespace Granary.Frontends.Ssh.Protocol.Sockets;

/// <summary>
/// A socket's stream whose first segments are acknowledged at once. Until it is logged in, OpenSSH's client leaves Nagle's algorithm
/// on: the second of two small packets waits for the acknowledgement of the first, which the kernel holds back for 40 ms in
/// the hope of data to send with it (RFC 1122, 4.2.3.2). A login has two such pairs.
/// </summary>
internal sealed class PromptStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
{
    /// <summary>More than a login needs; a stream of data is better served by what the kernel finds out by itself.</summary>
    private const int PromptReads = 32;

    private const int TcpLevel = 6;
    private const int QuickAcknowledgement = 12;
    private int _reads = OperatingSystem.IsLinux() ? 0 : PromptReads;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of nothing waits for data: all that came has been taken.
        if (buffer.IsEmpty && _reads < PromptReads) Acknowledge();
        return base.ReadAsync(buffer, cancellationToken);
    }

    private void Acknowledge()
    {
        _reads++;
        try
        {
            Span<byte> on = [1, 0, 0, 0];
            if (!BitConverter.IsLittleEndian) on.Reverse();

            // Not lasting: the kernel falls back to delays, so it is asked for each time.
            Socket.SetRawSocketOption(TcpLevel, QuickAcknowledgement, on);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The read that follows says so.
        }
    }
}
