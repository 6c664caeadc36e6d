using System.Buffers.Text;
using System.Text;

namespace Granary.Frontends.Rpc.Paging;

/// <summary>
/// The opaque form in which a client carries "continue after" to the next call: base64url of a version byte and the sort key.
/// </summary>
internal static class PageToken
{
    private const byte Version = 1;

    /// <summary>The longest carries a path.</summary>
    private const int MaxLength = 8192;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static string Encode(string? after) =>
        after is null ? "" : Base64Url.EncodeToString([Version, .. StrictUtf8.GetBytes(after)]);

    /// <returns>False when the token was not made by <see cref="Encode"/>.</returns>
    public static bool TryDecode(string token, out string? after)
    {
        after = null;
        if (token.Length == 0) return true;
        if (token.Length > MaxLength) return false;
        try
        {
            var bytes = Base64Url.DecodeFromChars(token);
            if (bytes is not [Version, .. var key]) return false;
            after = StrictUtf8.GetString(key);
            return true;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return false;
        }
    }
}
