using System.Security.Cryptography;
using System.Text;

namespace Granary.Grains.Hooks.Webhooks.Sending;

/// <summary>Proves to the receiver that a body comes from whoever knows the secret: <c>sha256=</c> and the HMAC-SHA256 in hexadecimal digits.</summary>
internal static class WebhookSignature
{
    public static string Of(string secret, ReadOnlySpan<byte> body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
