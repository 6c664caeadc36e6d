using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>HMAC over sequence number and frame, https://www.rfc-editor.org/rfc/rfc4253#section-6.4</summary>
internal sealed class PacketMac(HashAlgorithmName hash, ReadOnlySpan<byte> key) : IDisposable
{
    private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(hash, key);

    public int Size => _hmac.HashLengthInBytes;

    public void Compute(ReadOnlySpan<byte> frame, uint sequence, Span<byte> tag)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sequence);
        _hmac.AppendData(number);
        _hmac.AppendData(frame);
        _hmac.GetHashAndReset(tag);
    }

    public bool Verify(ReadOnlySpan<byte> frame, uint sequence, ReadOnlySpan<byte> tag)
    {
        Span<byte> computed = stackalloc byte[Size];
        Compute(frame, sequence, computed);
        return CryptographicOperations.FixedTimeEquals(computed, tag);
    }

    public void Dispose() => _hmac.Dispose();
}
