using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Proxy;

/// <summary>The PROXY protocol, version 2, https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt section 2.2</summary>
internal static class ProxyHeader
{
    private const int FixedSize = 16;
    private const int MaxAddresses = 2048;
    private const byte Version2Local = 0x20;
    private const byte Version2Proxy = 0x21;
    private const byte TcpOverIPv4 = 0x11;
    private const byte TcpOverIPv6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Takes the header off the front; false if more is needed.</summary>
    /// <param name="received">What was received.</param>
    /// <param name="client">The address it names; null for the balancer's own connections.</param>
    public static bool TryRead(ref ReadOnlySequence<byte> received, out IPEndPoint? client)
    {
        client = null;
        Span<byte> head = stackalloc byte[FixedSize];
        var seen = (int)Math.Min(received.Length, FixedSize);
        received.Slice(0, seen).CopyTo(head);
        var signature = Math.Min(seen, Signature.Length);
        if (!head[..signature].SequenceEqual(Signature[..signature])) throw Malformed();
        if (seen < FixedSize) return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(head[14..]);
        if (head[12] is not (Version2Local or Version2Proxy) || length > MaxAddresses) throw Malformed();
        if (received.Length < FixedSize + length) return false;
        Span<byte> addresses = stackalloc byte[36];
        var count = Math.Min((int)length, addresses.Length);
        received.Slice(FixedSize, count).CopyTo(addresses);
        received = received.Slice(FixedSize + length);
        if (head[12] == Version2Local) return true;
        client = head[13] switch
        {
            TcpOverIPv4 when count >= 12 => new IPEndPoint(new IPAddress(addresses[..4]), BinaryPrimitives.ReadUInt16BigEndian(addresses[8..])),
            TcpOverIPv6 when count >= 36 => new IPEndPoint(new IPAddress(addresses[..16]), BinaryPrimitives.ReadUInt16BigEndian(addresses[32..])),
            _ => throw Malformed(),
        };
        return true;
    }

    private static SshProtocolException Malformed() => SshProtocolException.Protocol("A PROXY header was expected.");
}
