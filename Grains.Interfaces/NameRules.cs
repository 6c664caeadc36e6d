using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Granary;

/// <summary>
/// The one set of rules for names that users choose (users, projects, repositories): any script, kept as typed,
/// unique without regard to case. Names never reach the file system; the rules keep them safe in URLs, terminals and eyes.
/// </summary>
public static class NameRules
{
    private static readonly HashSet<string> DeviceNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "con", "prn", "aux", "nul",
    };

    /// <summary>The form by which names are compared and keyed: compatibility-composed and case-folded.</summary>
    public static string Fold(string name) =>
        name.Normalize(NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant().Normalize(NormalizationForm.FormKC);

    /// <summary>Whether <paramref name="name"/> may be used; otherwise <paramref name="fault"/> is a sentence that says why not.</summary>
    public static bool Check(string noun, string? name, int maxLength, [NotNullWhen(false)] out string? fault)
    {
        fault = Fault(noun, name, maxLength);
        return fault is null;
    }

    private static string? Fault(string noun, string? name, int maxLength)
    {
        if (string.IsNullOrEmpty(name)) return $"A {noun} may not be empty.";
        if (name.Length > maxLength) return $"A {noun} may have at most {maxLength} characters.";
        if (!IsWellFormed(name) || !name.IsNormalized(NormalizationForm.FormC)) return $"A {noun} must be valid Unicode in composed form (NFC).";
        var script = Script.None;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!IsNameRune(rune)) return $"A {noun} may have letters, digits, '.', '_' and '-' only.";
            if (Mixes(ref script, rune)) return $"A {noun} may not mix letters of scripts that look alike (Latin, Greek, Cyrillic).";
        }

        var first = Rune.GetRuneAt(name, 0);
        if (!Rune.IsLetterOrDigit(first) && first.Value != '_') return $"A {noun} must begin with a letter, a digit or '_'.";
        if (name.EndsWith('.')) return $"A {noun} may not end with '.'.";
        if (name.Contains("..", StringComparison.Ordinal)) return $"A {noun} may not contain '..'.";
        if (name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".lock", StringComparison.OrdinalIgnoreCase))
            return $"A {noun} may not end with '.git' or '.lock'.";
        return DeviceNames.Contains(name) ? $"'{name}' is a reserved word." : null;
    }

    private static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) i++;
            else if (char.IsSurrogate(value[i])) return false;
        }

        return true;
    }

    private static bool IsNameRune(Rune rune) => rune.Value is '.' or '_' or '-' || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber => true,
        _ => false,
    };

    /// <summary>Latin, Greek and Cyrillic share letter shapes: a name in two of them could pass for another's.</summary>
    private static bool Mixes(ref Script seen, Rune rune)
    {
        if (!Rune.IsLetter(rune)) return false;
        var script = rune.Value switch
        {
            < 0x250 or (>= 0x1E00 and <= 0x1EFF) or (>= 0xFF21 and <= 0xFF5A) => Script.Latin,
            (>= 0x370 and <= 0x3FF) or (>= 0x1F00 and <= 0x1FFF) => Script.Greek,
            >= 0x400 and <= 0x52F => Script.Cyrillic,
            _ => Script.None,
        };
        if (script == Script.None) return false;
        if (seen == Script.None) seen = script;
        return seen != script;
    }

    private enum Script
    {
        None,
        Latin,
        Greek,
        Cyrillic,
    }
}
