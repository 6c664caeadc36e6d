using System.Buffers;
using System.Text;

namespace Granary.Grains.Git.Reading.Search.Patterns;

/// <summary>Finds ASCII text in bytes, in capital or small letters, by that byte of it which is the rarest in texts.</summary>
internal sealed class AsciiNeedle
{
    private readonly byte[] _text;
    private readonly int _rarest;
    private readonly SearchValues<byte> _cases;

    public AsciiNeedle(byte[] text)
    {
        _text = text;
        _rarest = Enumerable.Range(0, text.Length).MinBy(i => Commonness(text[i]));
        var letter = (char)text[_rarest];
        _cases = SearchValues.Create([(byte)char.ToLowerInvariant(letter), (byte)char.ToUpperInvariant(letter)]);
    }

    public bool IsIn(ReadOnlySpan<byte> content)
    {
        var start = 0;
        while (start + _text.Length <= content.Length)
        {
            // So that the text fits before and behind it.
            var found = content[(start + _rarest)..^(_text.Length - 1 - _rarest)].IndexOfAny(_cases);
            if (found < 0) return false;
            start += found;
            if (Ascii.EqualsIgnoreCase(content.Slice(start, _text.Length), _text)) return true;
            start++;
        }

        return false;
    }

    private static int Commonness(byte value) => "qzjxkvbywgpfmucdlhrsnioate "u8.IndexOf((byte)char.ToLowerInvariant((char)value));
}
