using System.Buffers;
using System.Globalization;
using System.Text;
using Granary.Accounts;

namespace Granary.Grains.Accounts;

/// <summary>What users and their belongings may be called; each check gives a refusal or null.</summary>
internal static class UserRules
{
    public const int MaxKeys = 100;
    public const int MaxTokens = 100;
    private const int MaxTextLength = 200;
    private const int MaxEmailLength = 254;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> NotInEmail = SearchValues.Create(" <>()[]\\,;:\"");

    /// <summary>One line of text that is shown to others.</summary>
    public static Refusal? Text(string noun, string? text)
    {
        if (text is null) return null;
        if (text.Length > MaxTextLength) return Invalid($"A {noun} may have at most {MaxTextLength} characters.");
        foreach (var rune in text.EnumerateRunes())
        {
            // Rune.ReplacementChar also stands for a lone surrogate; format characters can turn the text around.
            var shown = rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
                or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            if (!shown) return Invalid($"A {noun} may not contain control characters.");
        }

        return null;
    }

    public static Refusal? Email(string? email)
    {
        if (string.IsNullOrEmpty(email)) return null;
        if (email.Length > MaxEmailLength) return Invalid($"A mail address may have at most {MaxEmailLength} characters.");
        if (Text("mail address", email) is { } fault) return fault;
        var at = email.LastIndexOf('@');
        return at > 0 && at < email.Length - 1 && !email.AsSpan().ContainsAny(NotInEmail) && email.IndexOf('@', StringComparison.Ordinal) == at
            ? null
            : Invalid("That is not a mail address; it looks like name@example.com.");
    }

    public static Refusal? Token(NewAccessToken token, DateTimeOffset now)
    {
        if (token.Hash.Length != 64 || token.Hash.AsSpan().ContainsAnyExcept(HexDigits)) return Invalid("The token's hash is not a SHA-256 hash.");
        if (token.Scope is not (AccessScope.Read or AccessScope.Write or AccessScope.Admin))
            return Invalid("A token's scope is read, write or admin.");
        if (token.ExpiresAt <= now) return Invalid("A token must expire in the future.");
        return Text("description", token.Description);
    }

    public static Refusal Invalid(string message) => new(RefusalKind.InvalidArgument, message);
}
