using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Granary.Frontends.Ssh.Protocol.Wire;

/// <summary>Writes the data types of https://www.rfc-editor.org/rfc/rfc4251#section-5.</summary>
internal readonly ref struct SshWriter(IBufferWriter<byte> target)
{
    private readonly IBufferWriter<byte> _target = target;

    public void WriteByte(byte value)
    {
        _target.GetSpan(1)[0] = value;
        _target.Advance(1);
    }

    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_target.GetSpan(4), value);
        _target.Advance(4);
    }

    public void WriteBytes(ReadOnlySpan<byte> value) => _target.Write(value);

    public void WriteString(ReadOnlySpan<byte> value)
    {
        WriteUInt32((uint)value.Length);
        _target.Write(value);
    }

    public void WriteString(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteUInt32((uint)length);
        _target.Advance(Encoding.UTF8.GetBytes(value, _target.GetSpan(length)));
    }

    public void WriteNameList(IEnumerable<string> names) => WriteString(string.Join(',', names));

    /// <summary>A non-negative mpint: leading zeros stripped, a zero octet before a set high bit.</summary>
    public void WriteMpint(ReadOnlySpan<byte> magnitude)
    {
        var value = magnitude.TrimStart((byte)0);
        var sign = !value.IsEmpty && (value[0] & 0x80) != 0;
        WriteUInt32((uint)(value.Length + (sign ? 1 : 0)));
        if (sign) WriteByte(0);
        _target.Write(value);
    }
}
