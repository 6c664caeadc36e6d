using System.Buffers;
using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>A buffer that never grows, so that no copy of a secret is left behind.</summary>
internal sealed class FixedBuffer(int capacity) : IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[capacity];
    private int _length;

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_length);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_length);

    public byte[] Take()
    {
        var taken = _buffer.AsSpan(0, _length).ToArray();
        CryptographicOperations.ZeroMemory(_buffer);
        return taken;
    }
}
