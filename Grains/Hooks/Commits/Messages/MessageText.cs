namespace Granary.Grains.Hooks.Commits.Messages;

/// <summary>What is a letter beside a key, and what only looks like an ASCII character.</summary>
internal static class MessageText
{
    private const int WidthDistance = 0xFF01 - '!';

    /// <summary>Full-width forms as the characters that they stand for, and the dashes that input methods write for a hyphen; as many characters as before.</summary>
    public static char[] Narrow(ReadOnlySpan<char> text)
    {
        var narrow = new char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            narrow[i] = text[i] switch
            {
                >= '\uFF01' and <= '\uFF5E' => (char)(text[i] - WidthDistance),
                '\u2010' or '\u2011' or '\u2212' => '-',
                _ => text[i],
            };
        }

        return narrow;
    }

    /// <summary>
    /// Whether a character beside a key makes it part of a longer word: letters of scripts that put spaces between words. Japanese
    /// and its neighbours do not.
    /// </summary>
    public static bool IsWord(char c) =>
        char.IsAsciiLetterOrDigit(c) || c == '_'
        || (c is (>= '\u00AA' and < '\u0900') or (>= '\u1E00' and < '\u2000') && (char.IsLetterOrDigit(c) || c is >= '\u0300' and <= '\u036F'));

    /// <summary>Whether what begins at <paramref name="start"/> is not the middle of a word, of an address or of something dotted or hyphened.</summary>
    public static bool BeginsAt(ReadOnlySpan<char> text, int start)
    {
        if (start == 0) return true;
        var before = text[start - 1];
        return !IsWord(before) && !(before is '-' or '.' or '@' && start > 1 && IsWord(text[start - 2]));
    }

    /// <summary>Whether a number that ends before <paramref name="end"/> ends there, and does not go on as a version, a date or a longer id.</summary>
    public static bool EndsAt(ReadOnlySpan<char> text, int end)
    {
        if (end == text.Length) return true;
        return !IsWord(text[end]) && !(text[end] is '-' or '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]));
    }
}
