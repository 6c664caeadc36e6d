using System.Buffers;
using System.Text;

namespace Granary.Frontends.GitProtocol.PktLines;

/// <summary>Writes pkt-lines, gitprotocol-common(5).</summary>
public static class PktLineWriter
{
    public static void WriteFlush(this IBufferWriter<byte> output) => output.Write("0000"u8);

    public static void WriteDelimiter(this IBufferWriter<byte> output) => output.Write("0001"u8);

    /// <summary>One line made of parts; none is copied before it is written.</summary>
    public static void WritePkt(
        this IBufferWriter<byte> output, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b = default, ReadOnlySpan<byte> c = default,
        ReadOnlySpan<byte> d = default, ReadOnlySpan<byte> e = default, ReadOnlySpan<byte> f = default)
    {
        var length = 4 + a.Length + b.Length + c.Length + d.Length + e.Length + f.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, PktLine.MaxPayload + 4);
        var span = output.GetSpan(length);
        WriteLength(span, length);
        var at = 4;
        Append(span, a, ref at);
        Append(span, b, ref at);
        Append(span, c, ref at);
        Append(span, d, ref at);
        Append(span, e, ref at);
        Append(span, f, ref at);
        output.Advance(length);

        static void Append(Span<byte> span, ReadOnlySpan<byte> part, ref int at)
        {
            part.CopyTo(span[at..]);
            at += part.Length;
        }
    }

    public static void WriteTextPkt(this IBufferWriter<byte> output, string text) => output.WritePkt(Encoding.UTF8.GetBytes(text));

    private static void WriteLength(Span<byte> span, int length)
    {
        var digits = "0123456789abcdef"u8;
        span[0] = digits[(length >> 12) & 15];
        span[1] = digits[(length >> 8) & 15];
        span[2] = digits[(length >> 4) & 15];
        span[3] = digits[length & 15];
    }
}
