using System.Text;
using System.Text.Unicode;

namespace Granary.Grains.Git.Reading.Search.Patterns;

/// <summary>Characters that stand for themselves. Most files can be told not to have them by their bytes, before anything is decoded.</summary>
internal sealed class FixedPattern : LinePattern
{
    private readonly string _text;
    private readonly bool _wholeWords;
    private readonly StringComparison _comparison;
    private readonly byte[] _utf8;
    private readonly bool _isAscii;
    private readonly AsciiNeedle? _anyCase;

    public FixedPattern(string text, bool ignoreCase, bool wholeWords)
    {
        (_text, _wholeWords) = (text, wholeWords);
        ignoreCase &= text.Any(static c => char.ToUpperInvariant(c) != char.ToLowerInvariant(c));
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _utf8 = Encoding.UTF8.GetBytes(text);
        _isAscii = Ascii.IsValid(text);
        if (ignoreCase && _isAscii) _anyCase = new AsciiNeedle(_utf8);
    }

    private bool IgnoresCase => _comparison == StringComparison.OrdinalIgnoreCase;

    public override bool MayMatch(ReadOnlySpan<byte> content)
    {
        if (_anyCase is not null) return _anyCase.IsIn(content);
        if (IgnoresCase) return !Ascii.IsValid(content);
        if (content.IndexOf(_utf8) >= 0) return true;

        // In another encoding it has other bytes.
        return !_isAscii && !Utf8.IsValid(content);
    }

    public override bool MayMatch(ReadOnlySpan<char> lines) => lines.Contains(_text, _comparison);

    public override bool Find(ReadOnlySpan<char> line, List<TextRange> ranges, int maxRanges)
    {
        var at = 0;
        while (ranges.Count < maxRanges && line[at..].IndexOf(_text, _comparison) is var found and >= 0)
        {
            at += found;
            if (_wholeWords && !IsWholeWord(line, at))
            {
                at++;
                continue;
            }

            ranges.Add(new TextRange(at, _text.Length));
            at += _text.Length;
        }

        return ranges.Count > 0;
    }

    private bool IsWholeWord(ReadOnlySpan<char> line, int start)
    {
        var end = start + _text.Length;
        return (start == 0 || !IsWord(line[start - 1])) && (end == line.Length || !IsWord(line[end]));
    }
}
