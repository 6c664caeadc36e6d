using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Packets;

/// <summary>A cipher and a MAC by name; for an authenticated cipher the MAC's name is not looked at.</summary>
internal sealed record CipherSuite(string Cipher, string Mac)
{
    public const string Aes256Gcm = "aes256-gcm@openssh.com";
    public const string Aes128Gcm = "aes128-gcm@openssh.com";
    public const string ChaCha = "chacha20-poly1305@openssh.com";

    public static bool IsAuthenticated(string cipher) => cipher is Aes256Gcm or Aes128Gcm or ChaCha;

    public int KeySize => Cipher switch
    {
        ChaCha => 64,
        Aes256Gcm or "aes256-ctr" => 32,
        "aes192-ctr" => 24,
        _ => 16,
    };

    public int IvSize => Cipher switch
    {
        ChaCha => 0,
        Aes256Gcm or Aes128Gcm => 12,
        _ => 16,
    };

    public int MacKeySize => IsAuthenticated(Cipher) ? 0 : MacHash == HashAlgorithmName.SHA512 ? 64 : 32;

    private HashAlgorithmName MacHash => Mac.StartsWith("hmac-sha2-512", StringComparison.Ordinal) ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

    public PacketCipher Create(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey)
    {
        if (Cipher == ChaCha) return new ChaChaCipher(key);
        if (IsAuthenticated(Cipher)) return new GcmCipher(key, iv);
        var stream = new CtrKeyStream(key, iv);
        var mac = new PacketMac(MacHash, macKey);
        return Mac.EndsWith("-etm@openssh.com", StringComparison.Ordinal)
            ? new CtrEncryptThenMacCipher(stream, mac)
            : new CtrEncryptAndMacCipher(stream, mac);
    }
}
