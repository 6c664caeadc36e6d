using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Granary.Grains.Git.Reading.Blobs;

/// <summary>Guesses whether bytes are text, and in which of the encodings that our users' files are in.</summary>
internal static class EncodingGuess
{
    /// <summary>Bytes that git looks at.</summary>
    private const int Looked = 8000;

    /// <summary>Bytes that the guess looks at; text beyond is in the same encoding as a rule.</summary>
    private const int Sample = 256 << 10;

    /// <summary>Whether there is a mark of UTF-16, whose characters are not the bytes of ASCII.</summary>
    public static bool IsUtf16(ReadOnlySpan<byte> bytes) => Mark(bytes) is not null;

    public static bool IsBinary(ReadOnlySpan<byte> bytes) =>
        Mark(bytes) is null && bytes[..Math.Min(bytes.Length, Looked)].Contains((byte)0);

    /// <returns>Null: none of the known ones.</returns>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        if (Mark(bytes) is { } mark) return mark;
        if (IsBinary(bytes)) return null;
        var isCut = bytes.Length > Sample;
        bytes = bytes[..Math.Min(bytes.Length, Sample)];
        if (IsUtf8(bytes, isCut)) return "utf-8";
        var (sjis, eucJp) = (JapaneseText.ScoreShiftJis(bytes, isCut), JapaneseText.ScoreEucJp(bytes, isCut));
        return sjis < 0 && eucJp < 0 ? null : eucJp >= sjis ? "euc-jp" : "shift_jis";
    }

    private static string? Mark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) ? "utf-16le" : bytes.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]) ? "utf-16be" : null;

    /// <param name="bytes">The text.</param>
    /// <param name="isCut">Whether its last character may be incomplete.</param>
    private static bool IsUtf8(ReadOnlySpan<byte> bytes, bool isCut)
    {
        const int longest = 4;
        if (Utf8.IsValid(bytes)) return true;
        if (!isCut) return false;
        for (var dropped = 1; dropped < longest; dropped++)
        {
            if (Rune.DecodeFromUtf8(bytes[^dropped..], out _, out _) == OperationStatus.NeedMoreData) return Utf8.IsValid(bytes[..^dropped]);
        }

        return false;
    }
}
