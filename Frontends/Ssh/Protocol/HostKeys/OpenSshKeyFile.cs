using System.Security.Cryptography;
using System.Text;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>
/// An unencrypted private key in OpenSSH's format,
/// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
/// </summary>
internal static class OpenSshKeyFile
{
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";
    private const int LineLength = 70;
    private const int CipherBlock = 8;

    /// <exception cref="SshKeyFormatException">It is no such file, or it is encrypted.</exception>
    public static HostKey Parse(string text)
    {
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin + Begin.Length) throw new SshKeyFormatException("It is not an OpenSSH private key.");
        byte[] content;
        try
        {
            content = Convert.FromBase64String(text[(begin + Begin.Length)..end]);
        }
        catch (FormatException)
        {
            throw new SshKeyFormatException("Its text is not base64.");
        }

        try
        {
            return ReadContent(content);
        }
        catch (SshProtocolException exception)
        {
            throw new SshKeyFormatException(exception.Message);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    public static string Format(HostKey key, string comment)
    {
        Span<byte> checkBytes = stackalloc byte[4];
        RandomNumberGenerator.Fill(checkBytes);
        var check = BitConverter.ToUInt32(checkBytes);
        var secret = Blobs.Create((key, comment, check), static (writer, state) =>
        {
            writer.WriteUInt32(state.check);
            writer.WriteUInt32(state.check);
            writer.WriteString(state.key.KeyType);
            state.key.WritePrivateFields(writer);
            writer.WriteString(state.comment);
        });
        var padded = new byte[(secret.Length + CipherBlock - 1) / CipherBlock * CipherBlock];
        secret.CopyTo(padded, 0);
        for (var i = secret.Length; i < padded.Length; i++) padded[i] = (byte)(i - secret.Length + 1);
        var content = Blobs.Create((key, padded), static (writer, state) =>
        {
            writer.WriteBytes("openssh-key-v1\0"u8);
            writer.WriteString("none");
            writer.WriteString("none");
            writer.WriteString("");
            writer.WriteUInt32(1);
            writer.WriteString(state.key.PublicBlob);
            writer.WriteString(state.padded);
        });
        var text = new StringBuilder(Begin).Append('\n');
        var base64 = Convert.ToBase64String(content);
        for (var at = 0; at < base64.Length; at += LineLength)
            text.Append(base64, at, Math.Min(LineLength, base64.Length - at)).Append('\n');
        return text.Append(End).Append('\n').ToString();
    }

    private static HostKey ReadContent(byte[] content)
    {
        var reader = new SshReader(content);
        if (!reader.ReadBytes(15).SequenceEqual("openssh-key-v1\0"u8)) throw new SshKeyFormatException("It is of another version.");
        var cipher = reader.ReadAscii(64);
        var derivation = reader.ReadAscii(64);
        reader.ReadString(256);
        if (cipher != "none" || derivation != "none") throw new SshKeyFormatException("It is encrypted.");
        if (reader.ReadUInt32() != 1) throw new SshKeyFormatException("It does not hold one key.");
        var publicBlob = reader.ReadString(4096);
        var secret = new SshReader(reader.ReadString(16 * 1024));
        reader.ExpectEnd();
        if (secret.ReadUInt32() != secret.ReadUInt32()) throw new SshKeyFormatException("Its check numbers differ.");
        HostKey key = secret.ReadAscii(64) switch
        {
            Ed25519HostKey.Name => Ed25519HostKey.ReadPrivateFields(ref secret),
            EcdsaHostKey.Name => EcdsaHostKey.ReadPrivateFields(ref secret),
            RsaHostKey.Name => RsaHostKey.ReadPrivateFields(ref secret),
            _ => throw new SshKeyFormatException("It is of a type that is not supported."),
        };
        secret.ReadString(1024);
        var padding = secret.Remaining;
        if (padding >= CipherBlock) throw new SshKeyFormatException("Its padding is too long.");
        for (var i = 1; i <= padding; i++)
        {
            if (secret.ReadByte() != i) throw new SshKeyFormatException("Its padding is wrong.");
        }

        if (!publicBlob.SequenceEqual(key.PublicBlob)) throw new SshKeyFormatException("Its public half belongs to another key.");
        return key;
    }
}
