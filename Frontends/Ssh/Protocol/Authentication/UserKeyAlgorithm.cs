using System.Security.Cryptography;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>A signature algorithm of users' keys and the type of key it belongs to.</summary>
internal sealed record UserKeyAlgorithm(string Name, string KeyType, IUserKeyVerifier Verifier)
{
    /// <summary>All that are verified, and nothing else: sent as <c>server-sig-algs</c>.</summary>
    public static IReadOnlyList<UserKeyAlgorithm> All { get; } =
    [
        new("ssh-ed25519", "ssh-ed25519", new Ed25519Verifier(hardware: false)),
        new("sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519@openssh.com", new Ed25519Verifier(hardware: true)),
        Ecdsa("ecdsa-sha2-nistp256", "nistp256", ECCurve.NamedCurves.nistP256, 32, HashAlgorithmName.SHA256, hardware: false),
        Ecdsa("ecdsa-sha2-nistp384", "nistp384", ECCurve.NamedCurves.nistP384, 48, HashAlgorithmName.SHA384, hardware: false),
        Ecdsa("ecdsa-sha2-nistp521", "nistp521", ECCurve.NamedCurves.nistP521, 66, HashAlgorithmName.SHA512, hardware: false),
        Ecdsa("sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", ECCurve.NamedCurves.nistP256, 32, HashAlgorithmName.SHA256, hardware: true),
        new("rsa-sha2-512", "ssh-rsa", new RsaVerifier(HashAlgorithmName.SHA512)),
        new("rsa-sha2-256", "ssh-rsa", new RsaVerifier(HashAlgorithmName.SHA256)),
    ];

    public static string Names { get; } = string.Join(',', All.Select(algorithm => algorithm.Name));

    public static UserKeyAlgorithm? Find(string name) => All.FirstOrDefault(algorithm => algorithm.Name == name);

    private static UserKeyAlgorithm Ecdsa(string name, string curveName, ECCurve curve, int size, HashAlgorithmName hash, bool hardware) =>
        new(name, name, new EcdsaVerifier(curveName, curve, size, hash, hardware));
}
