using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Granary.Accounts;

namespace Granary.Frontends.Rpc.Users;

/// <summary>Reads a line of a <c>.pub</c> file (sshd(8), AUTHORIZED_KEYS, without options) and refuses weak keys.</summary>
internal static class SshPublicKeyLine
{
    private const int MaxLength = 16 * 1024;

    public static bool TryParse(string text, [NotNullWhen(true)] out SshPublicKey? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        fault = Check(text.Trim(), out var algorithm, out var blob, out var comment);
        if (fault is not null) return false;
        var fingerprint = "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');
        key = new SshPublicKey(algorithm, blob, comment, fingerprint);
        return true;
    }

    private static string? Check(string line, out string algorithm, out byte[] blob, out string comment)
    {
        (algorithm, blob, comment) = ("", [], "");
        if (line.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return "This is a private key, which must stay secret: make a new one, and give the file that ends with '.pub'.";
        if (line.Length > MaxLength || line.Any(char.IsControl)) return "A public key is one line as in a '.pub' file.";
        if (line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is not [var first, var second, .. var rest])
            return "A public key is one line as in a '.pub' file: algorithm, key, comment.";
        (algorithm, comment) = (first, rest is [var last] ? last : "");
        try
        {
            blob = Convert.FromBase64String(second);
        }
        catch (FormatException)
        {
            return "The key is not valid base64; a public key is one line as in a '.pub' file.";
        }

        return SshKeyBlob.Check(algorithm, blob);
    }
}
