using System.Text;
using System.Text.Unicode;

namespace Granary.Grains.Git.Reading.Diffs;

internal static class TextGuess
{
    public static Encoding EncodingOf(ReadOnlySpan<byte> text) => Utf8.IsValid(text) ? Encoding.UTF8 : Encoding.Latin1;
}
