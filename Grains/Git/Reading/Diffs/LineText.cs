using System.Text;
using System.Text.Unicode;
using Granary.Grains.Git.Reading.Blobs;
using Granary.Grains.Git.Reading.Text;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>How the lines of a file become characters. Their bytes stay beside them where they cannot be had back from these.</summary>
internal sealed class LineText
{
    private readonly Encoding _encoding;
    private readonly bool _isUtf8;

    private LineText(Encoding encoding)
    {
        _encoding = encoding;
        _isUtf8 = encoding is UTF8Encoding;
    }

    /// <summary>The encoding's registered name.</summary>
    public string Name => _encoding.WebName;

    /// <summary>One encoding for both sides, that of the new one; Latin-1, which has a character for each byte, where it is none of the known ones.</summary>
    public static LineText Of(ReadOnlySpan<byte> old, ReadOnlySpan<byte> now) =>
        new(EncodingGuess.Of(now.IsEmpty ? old : now) is { } name ? CommitEncoding.Find(Encoding.ASCII.GetBytes(name)) : Encoding.Latin1);

    public string Decode(ReadOnlySpan<byte> line) => _encoding.GetString(line);

    public byte[]? RawOf(ReadOnlySpan<byte> line)
    {
        if (Ascii.IsValid(line) || (_isUtf8 && Utf8.IsValid(line))) return null;
        return line.ToArray();
    }
}
