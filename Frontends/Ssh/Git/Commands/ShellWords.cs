using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Granary.Frontends.Ssh.Git.Commands;

/// <summary>
/// Splits the command line of an <c>exec</c> request as git clients write it for a shell, without a shell: words apart by
/// blanks, single quotes, and outside of them <c>\'</c> and <c>\!</c> (git's quote.c). Whatever a shell would do more
/// with is refused, so nothing is ever taken for something else.
/// </summary>
internal static class ShellWords
{
    public const int MaxLength = 8192;

    private const int MaxWords = 16;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out IReadOnlyList<string>? words)
    {
        words = null;
        if (line.Length is 0 or > MaxLength) return false;
        try
        {
            words = Split(StrictUtf8.GetString(line));
        }
        catch (DecoderFallbackException)
        {
            // Not a text.
        }

        return words is not null;
    }

    private static List<string>? Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (inWord, inQuotes) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c)) return null;
            if (inQuotes)
            {
                if (c == '\'') inQuotes = false;
                else word.Append(c);
            }
            else if (c == ' ')
            {
                if (inWord) words.Add(word.ToString());
                if (words.Count > MaxWords) return null;
                word.Clear();
                inWord = false;
            }
            else if (c == '\'')
            {
                inWord = inQuotes = true;
            }
            else if (c == '\\')
            {
                if (++i == text.Length || text[i] is not ('\'' or '!')) return null;
                word.Append(text[i]);
                inWord = true;
            }
            else if (IsPlain(c))
            {
                word.Append(c);
                inWord = true;
            }
            else
            {
                return null;
            }
        }

        if (inQuotes) return null;
        if (inWord) words.Add(word.ToString());
        return words.Count > 0 ? words : null;
    }

    /// <summary>What a shell leaves as it is, wherever it stands; the tilde is for our own words about it.</summary>
    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c > 0x7f || "-_./:,+=@%^~".Contains(c, StringComparison.Ordinal);
}
