using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// aes128-gcm@openssh.com and aes256-gcm@openssh.com, https://www.rfc-editor.org/rfc/rfc5647#section-7: the length is
/// authenticated in the clear, the nonce is four fixed octets and a counter of packets.
/// </summary>
internal sealed class GcmCipher : PacketCipher
{
    private const int Tag = 16;
    private readonly AesGcm _aes;
    private readonly byte[] _nonce;

    public GcmCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _aes = new AesGcm(key, Tag);
        _nonce = iv[..12].ToArray();
    }

    public override int BlockSize => 16;

    public override int TagSize => Tag;

    public override bool LengthIsApart => true;

    public override void Seal(Span<byte> frame, uint sequence)
    {
        var body = frame[4..^Tag];
        _aes.Encrypt(_nonce, body, body, frame[^Tag..], frame[..4]);
        NextNonce();
    }

    public override uint ReadLength(ReadOnlySpan<byte> prefix, uint sequence) => BinaryPrimitives.ReadUInt32BigEndian(prefix);

    public override bool TryOpen(Span<byte> frame, uint sequence)
    {
        var body = frame[4..^Tag];
        try
        {
            _aes.Decrypt(_nonce, body, frame[^Tag..], body, frame[..4]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        NextNonce();
        return true;
    }

    public override void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_nonce);
    }

    private void NextNonce()
    {
        var counter = _nonce.AsSpan(4);
        BinaryPrimitives.WriteUInt64BigEndian(counter, unchecked(BinaryPrimitives.ReadUInt64BigEndian(counter) + 1));
    }
}
