using Granary.Git.Reading.Search;
using Granary.Grains.Git.Reading.Search.Patterns;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>Goes through the lines of a file, a piece at a time; pieces in which nothing can match are only counted.</summary>
/// <param name="file">The text.</param>
/// <param name="pattern">What lines are held against.</param>
/// <param name="scope">How much is shown.</param>
internal sealed class FileScan(FileText file, LinePattern pattern, SearchScope scope)
{
    private const int Piece = 8 << 10;

    private readonly List<SearchLine> _lines = [];
    private readonly List<TextRange> _ranges = [];
    private int _at;
    private int _number = 1;
    private int _contextLeft;
    private int _matching;
    private int _bytesLeft = scope.MaxBytes;
    private bool _isTruncated;

    /// <summary>What was found so far; null: nothing.</summary>
    public FoundLines? Found => _lines.Count == 0 ? null : new FoundLines(file.Encoding, _lines, _matching, _isTruncated);

    /// <returns>Whether there is more to look at.</returns>
    public bool Step()
    {
        var text = file.Text;
        if (_at >= text.Length) return false;
        var end = EndOfPiece(text);
        var mayMatch = pattern.MayMatch(text[_at..end]);
        while (_at < end && !_isTruncated && (mayMatch || _contextLeft > 0)) Look(text, mayMatch);
        if (_isTruncated) return false;
        _number += text[_at..end].Count('\n');
        _at = end;
        return true;
    }

    private int EndOfPiece(ReadOnlySpan<char> text)
    {
        if (text.Length - _at <= Piece) return text.Length;
        var feed = text[(_at + Piece - 1)..].IndexOf('\n');
        return feed < 0 ? text.Length : _at + Piece + feed;
    }

    private void Look(ReadOnlySpan<char> text, bool mayMatch)
    {
        var feed = text[_at..].IndexOf('\n');
        var line = feed < 0 ? text[_at..] : text.Slice(_at, feed);
        _ranges.Clear();
        if (mayMatch && pattern.Find(line, _ranges, scope.LineLength))
        {
            if (_matching == scope.MaxLines)
            {
                _isTruncated = true;
                return;
            }

            AddBefore(text);
            Add(line, _number, isContext: false);
            _contextLeft = scope.Context;
        }
        else if (_contextLeft > 0)
        {
            Add(line, _number, isContext: true);
            _contextLeft--;
        }

        _at = feed < 0 ? text.Length : _at + feed + 1;
        _number++;
    }

    /// <summary>The lines before this one that are not shown yet.</summary>
    private void AddBefore(ReadOnlySpan<char> text)
    {
        var shown = _lines.Count == 0 ? 0 : _lines[^1].Number;
        var count = Math.Min(scope.Context, _number - 1 - shown);
        var starts = new Stack<Range>(count);
        var end = _at - 1;
        for (var i = 0; i < count; i++)
        {
            var start = text[..end].LastIndexOf('\n') + 1;
            starts.Push(start..end);
            end = start - 1;
        }

        for (var number = _number - count; starts.TryPop(out var line); number++) Add(text[line], number, isContext: true);
    }

    private void Add(ReadOnlySpan<char> line, int number, bool isContext)
    {
        if (_isTruncated) return;
        var shown = ShownLine.Of(line, number, isContext, isContext ? [] : _ranges, scope.LineLength);
        _bytesLeft -= ShownLine.SizeOf(shown);
        _isTruncated = _bytesLeft < 0;
        if (_isTruncated) return;
        _lines.Add(shown);
        if (!isContext) _matching++;
    }
}

/// <param name="Context">Lines before and behind.</param>
/// <param name="MaxLines">That match, of one file.</param>
/// <param name="MaxBytes">Of the lines of one file, as they are sent.</param>
/// <param name="LineLength">Of a shown line, in units of UTF-16.</param>
internal sealed record SearchScope(int Context, int MaxLines, int MaxBytes, int LineLength);
