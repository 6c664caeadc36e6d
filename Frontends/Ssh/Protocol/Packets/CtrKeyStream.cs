using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>
/// AES in counter mode, https://www.rfc-editor.org/rfc/rfc4344#section-4, from one kept ECB transform over batches of counter
/// blocks; allocates nothing a packet.
/// </summary>
internal sealed class CtrKeyStream : IDisposable
{
    private const int Block = 16;
    private const int SmallBatch = 1024;
    private const int LargeBatch = 32 * 1024;
    private readonly Aes _aes;
    private readonly ICryptoTransform _transform;
    private UInt128 _counter;

    public CtrKeyStream(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _aes = Aes.Create();
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _transform = _aes.CreateEncryptor();
        _counter = BinaryPrimitives.ReadUInt128BigEndian(iv);
    }

    /// <summary>Encrypts or decrypts whole blocks in place.</summary>
    public void Apply(Span<byte> data)
    {
        var size = data.Length > SmallBatch ? LargeBatch : SmallBatch;
        var batch = System.Buffers.ArrayPool<byte>.Shared.Rent(size);
        try
        {
            while (!data.IsEmpty)
            {
                var part = data[..Math.Min(data.Length, size)];
                var blocks = (part.Length + Block - 1) / Block * Block;
                for (var at = 0; at < blocks; at += Block) BinaryPrimitives.WriteUInt128BigEndian(batch.AsSpan(at, Block), _counter++);
                _transform.TransformBlock(batch, 0, blocks, batch, 0);
                Xor(part, batch);
                data = data[part.Length..];
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(batch.AsSpan(0, Block));
            System.Buffers.ArrayPool<byte>.Shared.Return(batch);
        }
    }

    public void Dispose()
    {
        _transform.Dispose();
        _aes.Dispose();
    }

    private static void Xor(Span<byte> data, ReadOnlySpan<byte> stream)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(data);
        var keys = MemoryMarshal.Cast<byte, Vector<byte>>(stream);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= keys[i];
        for (var i = vectors.Length * Vector<byte>.Count; i < data.Length; i++) data[i] ^= stream[i];
    }
}
