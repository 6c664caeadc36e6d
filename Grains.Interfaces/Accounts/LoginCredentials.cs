using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Granary.Accounts;

/// <summary>
/// What an <c>Authorization</c> header offers: Basic (RFC 7617, UTF-8) or Bearer (RFC 6750), when <see cref="UserName"/> is null.
/// </summary>
public sealed record LoginCredentials(string? UserName, string Secret)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static bool TryParse(string header, [NotNullWhen(true)] out LoginCredentials? credentials)
    {
        credentials = null;
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return false;
        var scheme = header.AsSpan(0, space);
        var value = header[space..].Trim();
        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && value.Length > 0) credentials = new LoginCredentials(null, value);
        else if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) credentials = ParseBasic(value);
        return credentials is not null;
    }

    /// <summary>Says nothing of the secret, so that it is safe in a log line.</summary>
    public override string ToString() => $"LoginCredentials({UserName ?? "bearer"})";

    private static LoginCredentials? ParseBasic(string value)
    {
        try
        {
            var text = StrictUtf8.GetString(Convert.FromBase64String(value));
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon < 0 ? null : new LoginCredentials(text[..colon], text[(colon + 1)..]);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
