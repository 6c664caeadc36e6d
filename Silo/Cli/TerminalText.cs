using System.Globalization;
using System.Text;

namespace Granary.Silo.Cli;

/// <summary>Text from elsewhere, made safe to print: nothing in it can steer a terminal or turn the order of what is read.</summary>
internal static class TerminalText
{
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(IsSafe(rune) ? rune.ToString() : "?");
        return clean.ToString();
    }

    private static bool IsSafe(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,

        // Joiners shape letters in many scripts; the other format characters hide or reorder text.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => true,
    };
}
