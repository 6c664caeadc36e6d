using System.Buffers;
using System.Text;
using Granary.Grains.Git.Reading.Blobs;
using Granary.Grains.Git.Reading.Text;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>A file as characters, with line feeds alone between its lines and without a byte order mark.</summary>
internal sealed class FileText : IDisposable
{
    private readonly char[] _characters;
    private readonly Range _text;

    private FileText(char[] characters, Range text, string? encoding) => (_characters, _text, Encoding) = (characters, text, encoding);

    public ReadOnlySpan<char> Text => _characters.AsSpan(_text);

    /// <summary>The guess; null: none of the known ones.</summary>
    public string? Encoding { get; }

    public static FileText Decode(ReadOnlySpan<byte> content)
    {
        var name = EncodingGuess.Of(content);
        var encoding = name is null ? System.Text.Encoding.Latin1 : CommitEncoding.Find(System.Text.Encoding.ASCII.GetBytes(name));
        var characters = ArrayPool<char>.Shared.Rent(encoding is UTF8Encoding ? encoding.GetMaxCharCount(content.Length) : encoding.GetCharCount(content));
        var length = WithoutReturns(characters.AsSpan(0, encoding.GetChars(content, characters)));
        return new FileText(characters, (length > 0 && characters[0] == '\uFEFF' ? 1 : 0)..length, name);
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(_characters);

    /// <returns>How long the text is then.</returns>
    private static int WithoutReturns(Span<char> text)
    {
        var kept = text.IndexOf("\r\n");
        if (kept < 0) return text.Length;
        var rest = kept;
        while (rest < text.Length)
        {
            // The return at the beginning of the rest goes; what is between it and the next one moves up.
            var next = text[(rest + 1)..].IndexOf("\r\n");
            var piece = next < 0 ? text[(rest + 1)..] : text.Slice(rest + 1, next);
            piece.CopyTo(text[kept..]);
            kept += piece.Length;
            rest += 1 + piece.Length;
        }

        return kept;
    }
}
