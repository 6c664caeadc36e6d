using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Granary.Accounts;

/// <summary>
/// Reads one line of an OpenSSH public key file (<c>algorithm base64 comment</c>) and checks the key in it: RFC 4253 section
/// 6.6, RFC 5656 section 3.1, RFC 8709 section 4, OpenSSH's PROTOCOL.u2f.
/// </summary>
public static class SshPublicKeyParser
{
    /// <summary>In characters; an RSA key of 16384 bits takes under 2,800.</summary>
    public const int MaxLineLength = 8192;

    public const int MinRsaBits = 3072;
    public const int MaxRsaBits = 16384;
    public const int MaxCommentLength = 200;

    public static bool TryParse(string? line, [NotNullWhen(true)] out SshPublicKey? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        fault = LineFault(line);
        if (fault is not null) return false;
        var parts = line!.Trim().Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (!SshKeyForms.IsKnown(parts[0]))
        {
            fault = UnknownAlgorithm(parts[0]);
            return false;
        }

        var blob = new byte[MaxLineLength];
        if (parts.Length < 2 || !Convert.TryFromBase64String(parts[1], blob, out var length))
        {
            fault = "The key is not complete: after the algorithm there must be the key in base64.";
            return false;
        }

        blob = blob[..length];
        fault = SshKeyForms.Fault(parts[0], blob);
        if (fault is not null) return false;
        key = new SshPublicKey(parts[0], blob, Comment(parts), Fingerprint(blob));
        return true;
    }

    /// <summary><c>SHA256:</c> and unpadded base64, as <c>ssh-keygen -l</c> prints it.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> blob) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');

    private static string? LineFault(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return "A public key may not be empty.";
        if (line.Contains("PRIVATE KEY", StringComparison.Ordinal))
            return "That is a private key: it must stay on your machine, and since it was sent it should be replaced. Give the file that ends with .pub.";
        if (line.Contains("BEGIN SSH2 PUBLIC KEY", StringComparison.Ordinal) || line.Contains("BEGIN PUBLIC KEY", StringComparison.Ordinal))
            return "That is a public key in another format; 'ssh-keygen -i -f FILE' prints it as OpenSSH does.";
        if (line.Length > MaxLineLength) return $"A public key may have at most {MaxLineLength} characters.";
        var text = line.Trim();
        if (text.AsSpan().ContainsAny('\r', '\n')) return "Give one public key, on one line.";
        return text.Contains('\0', StringComparison.Ordinal) ? "A public key may not contain NUL." : null;
    }

    private static string UnknownAlgorithm(string word) => word switch
    {
        "ssh-dss" => "DSA keys (ssh-dss) are too weak and are refused. Make an ed25519 key: ssh-keygen -t ed25519",
        _ when word.Contains("-cert-", StringComparison.Ordinal) => "Certificates are not accepted; give the plain public key.",
        _ when word.Contains('=', StringComparison.Ordinal) || word.Contains(',', StringComparison.Ordinal)
            || word is "restrict" or "no-pty" or "no-port-forwarding" or "cert-authority" =>
            "Options before the key are not accepted; the line must begin with the algorithm, for example ssh-ed25519.",
        _ => "The line must begin with a known algorithm: ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, "
            + "ecdsa-sha2-nistp521, ssh-rsa, sk-ssh-ed25519@openssh.com or sk-ecdsa-sha2-nistp256@openssh.com.",
    };

    /// <summary>The comment is shown in lists and terminals: no control characters, not endless.</summary>
    private static string Comment(string[] parts)
    {
        if (parts.Length < 3) return "";
        var comment = new StringBuilder(parts[2].Length);
        foreach (var rune in parts[2].Trim().EnumerateRunes())
        {
            if (comment.Length + rune.Utf16SequenceLength > MaxCommentLength) break;
            if (!Rune.IsControl(rune)) comment.Append(rune.ToString());
        }

        return comment.ToString();
    }
}
