using System.Text;

namespace Granary.Grains.Git.Reading.Text;

/// <summary>
/// The characters of a commit object: in UTF-8, or what its <c>encoding</c> header says. Bytes that mean nothing become U+FFFD.
/// </summary>
internal static class CommitEncoding
{
    private const int MaxNameLength = 40;

    /// <summary>What git's users write beside the registered names.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["sjis"] = "shift_jis",
        ["shift-jis"] = "shift_jis",
        ["cp932"] = "shift_jis",
        ["ms932"] = "shift_jis",
        ["windows-31j"] = "shift_jis",
        ["eucjp"] = "euc-jp",
        ["ujis"] = "euc-jp",
        ["latin1"] = "iso-8859-1",
        ["latin-1"] = "iso-8859-1",
        ["cp1252"] = "windows-1252",
        ["cp1251"] = "windows-1251",
    };

    /// <summary>UTF-8 where the name is nobody's.</summary>
    public static Encoding Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxNameLength) return Encoding.UTF8;
        var text = Encoding.ASCII.GetString(name).Trim();
        text = Others.GetValueOrDefault(text, text);
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(text) ?? Encoding.GetEncoding(text);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }

    /// <summary>Well-formed text that can be compared and stored: of the characters of control only line ends and tabs.</summary>
    public static string Decode(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        string text;
        try
        {
            text = encoding.GetString(bytes);
        }
        catch (ArgumentException)
        {
            // Some decoders throw at what is not of their language.
            text = Encoding.UTF8.GetString(bytes);
        }

        return Clean(text);
    }

    private static string Clean(string text)
    {
        var isClean = true;
        foreach (var c in text) isClean &= !IsUnfit(c);
        return isClean ? text : string.Create(text.Length, text, static (clean, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                if (char.IsHighSurrogate(from[i]) && i + 1 < from.Length && char.IsLowSurrogate(from[i + 1])) (clean[i], clean[i + 1]) = (from[i], from[++i]);
                else clean[i] = IsUnfit(from[i]) ? '\uFFFD' : from[i];
            }
        });
    }

    private static bool IsUnfit(char c) => char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' || (char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
}
