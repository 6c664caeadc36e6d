using System.Text;

namespace Granary.Grains.Git.Processes;

/// <summary>
/// Arguments of processes are bytes, and lists of them are strings here: a byte that is not UTF-8 stands in a string as a lone surrogate
/// (U+DC80 to U+DCFF), which no text has, and becomes the byte again when the process is started.
/// </summary>
internal static class ArgumentText
{
    private const int Escape = 0xdc00;

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isValid) text.Append(rune);
            else foreach (var b in bytes[..length]) text.Append((char)(Escape + b));
            bytes = bytes[length..];
        }

        return text.ToString();
    }

    public static void Append(List<byte> block, string text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done && rest[0] is >= '\udc80' and <= '\udcff')
                block.Add((byte)(rest[0] - Escape));
            else
                block.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            rest = rest[length..];
        }
    }
}
