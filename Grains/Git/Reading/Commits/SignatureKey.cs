using System.Buffers.Binary;
using System.Security.Cryptography;
using Granary.Git.Reading;

namespace Granary.Grains.Git.Reading.Commits;

/// <summary>Says by which key a signature was made, as far as it tells.</summary>
internal static class SignatureKey
{
    private const int MaxArmor = 64 << 10;

    /// <param name="text">With its lines of armor; each may begin with a space, as in a commit's header.</param>
    public static ObjectSignature Read(ReadOnlySpan<byte> text)
    {
        var kind = KindOf(text);
        if (text.Length > MaxArmor || kind is SignatureKind.Unknown or SignatureKind.X509) return new ObjectSignature(kind, "");
        try
        {
            var packet = Unarmor(text);
            return new ObjectSignature(kind, kind == SignatureKind.Ssh ? KeyOfSsh(packet) : OpenPgpSignature.IssuerOf(packet));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return new ObjectSignature(kind, "");
        }
    }

    /// <summary>Where in a tag's message its signature begins; -1: it has none.</summary>
    public static int Find(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            if (KindOf(message[at..]) != SignatureKind.Unknown) return at;
            var next = message[at..].IndexOf((byte)'\n');
            if (next < 0) return -1;
            at += next + 1;
        }

        return -1;
    }

    private static SignatureKind KindOf(ReadOnlySpan<byte> text) =>
        text.StartsWith("-----BEGIN PGP SIGNATURE-----"u8) || text.StartsWith("-----BEGIN PGP MESSAGE-----"u8) ? SignatureKind.OpenPgp
        : text.StartsWith("-----BEGIN SSH SIGNATURE-----"u8) ? SignatureKind.Ssh
        : text.StartsWith("-----BEGIN SIGNED MESSAGE-----"u8) ? SignatureKind.X509
        : SignatureKind.Unknown;

    /// <summary>RFC 9580, section 6.2: headers up to an empty line, base64, a checksum that begins with '='.</summary>
    private static byte[] Unarmor(ReadOnlySpan<byte> text)
    {
        var characters = new System.Text.StringBuilder();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].Trim(" \r\t"u8);
            if (line.StartsWith("-----END"u8)) break;
            if (line.StartsWith("-----"u8) || line.StartsWith("="u8) || line.Contains((byte)':')) continue;
            characters.Append(System.Text.Encoding.ASCII.GetString(line));
        }

        return Convert.FromBase64String(characters.ToString());
    }

    /// <summary>https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig: magic, version, the public key as a string.</summary>
    private static string KeyOfSsh(ReadOnlySpan<byte> blob)
    {
        const int keyAt = 6 + sizeof(uint);
        if (!blob.StartsWith("SSHSIG"u8)) return "";
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(blob[keyAt..]), int.MaxValue);
        return "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob.Slice(keyAt + sizeof(uint), length))).TrimEnd('=');
    }
}
