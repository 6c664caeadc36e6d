using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Sodium;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>ssh-ed25519, https://www.rfc-editor.org/rfc/rfc8709</summary>
internal sealed class Ed25519HostKey : HostKey
{
    public const string Name = "ssh-ed25519";
    private readonly byte[] _public = new byte[32];
    private readonly byte[] _secret = new byte[64];

    /// <param name="seed">32 octets.</param>
    public Ed25519HostKey(ReadOnlySpan<byte> seed)
    {
        _ = Libsodium.SignSeedKeyPair(_public, _secret, seed);
        PublicBlob = Blobs.Create((Name, _public), static (writer, state) =>
        {
            writer.WriteString(state.Name);
            writer.WriteString(state._public);
        });
    }

    public override string KeyType => Name;

    public override IReadOnlyList<string> Algorithms { get; } = [Name];

    public override byte[] PublicBlob { get; }

    public static Ed25519HostKey Create()
    {
        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        var key = new Ed25519HostKey(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    public static Ed25519HostKey ReadPrivateFields(ref SshReader reader)
    {
        var publicKey = reader.ReadString(32);
        var secret = reader.ReadString(64);
        if (publicKey.Length != 32 || secret.Length != 64) throw new SshKeyFormatException("An Ed25519 key has the wrong length.");
        var key = new Ed25519HostKey(secret[..32]);
        if (!publicKey.SequenceEqual(key._public) || !secret[32..].SequenceEqual(key._public))
            throw new SshKeyFormatException("The halves of an Ed25519 key do not belong together.");
        return key;
    }

    public override byte[] Sign(string algorithm, ReadOnlySpan<byte> data)
    {
        var signature = new byte[64];
        _ = Libsodium.SignDetached(signature, IntPtr.Zero, data, (ulong)data.Length, _secret);
        return Blobs.Signature(Name, signature);
    }

    public override void WritePrivateFields(SshWriter writer)
    {
        writer.WriteString(_public);
        writer.WriteString(_secret);
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_secret);
}
