using System.Buffers.Binary;
using System.Text;

namespace Granary.Frontends.Ssh.Protocol.Wire;

/// <summary>
/// Reads the data types of https://www.rfc-editor.org/rfc/rfc4251#section-5. A packet is decrypted into contiguous memory, so
/// a span is read, not a sequence. Every length is checked against what is there before it is used.
/// </summary>
internal ref struct SshReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly int Remaining => _rest.Length;

    public byte ReadByte() => Take(1)[0];

    public bool ReadBoolean() => ReadByte() != 0;

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    public ReadOnlySpan<byte> ReadString(int limit = int.MaxValue)
    {
        var length = ReadUInt32();
        if (length > (uint)_rest.Length || length > (uint)limit) throw SshProtocolException.Protocol("A string is longer than its packet allows.");
        return Take((int)length);
    }

    /// <summary>A string of printable US-ASCII, as names in the protocol are.</summary>
    public string ReadAscii(int limit)
    {
        var text = ReadString(limit);
        if (text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e)) throw SshProtocolException.Protocol("A name is not printable ASCII.");
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>UTF-8 text; what is not UTF-8 becomes replacement characters.</summary>
    public string ReadText(int limit) => Encoding.UTF8.GetString(ReadString(limit));

    /// <summary>https://www.rfc-editor.org/rfc/rfc4251#section-5 "name-list".</summary>
    public string[] ReadNameList(int limit)
    {
        var text = ReadAscii(limit);
        return text.Length == 0 ? [] : text.Split(',');
    }

    /// <summary>A non-negative mpint without its sign octet; a negative or padded one is refused.</summary>
    public ReadOnlySpan<byte> ReadUnsignedMpint(int limit)
    {
        var value = ReadString(limit);
        if (value.IsEmpty) return value;
        if ((value[0] & 0x80) != 0) throw SshProtocolException.Protocol("A number is negative.");
        if (value[0] != 0) return value;
        if (value.Length == 1 || (value[1] & 0x80) == 0) throw SshProtocolException.Protocol("A number is not in its shortest form.");
        return value[1..];
    }

    public readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty) throw SshProtocolException.Protocol("A message is longer than its fields.");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length) throw SshProtocolException.Protocol("A message ends too early.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
