using Granary.Frontends.Ssh.Protocol.Packets;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>What is offered, preferred first. No SHA-1, no CBC, no finite-field groups, no compression.</summary>
internal sealed record AlgorithmLists(
    IReadOnlyList<string> KeyExchanges, IReadOnlyList<string> HostKeys, IReadOnlyList<string> Ciphers, IReadOnlyList<string> Macs)
{
    private static readonly AlgorithmLists Compatible = new(
        ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"],
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"],
        [CipherSuite.Aes256Gcm, CipherSuite.Aes128Gcm, CipherSuite.ChaCha, "aes256-ctr", "aes192-ctr", "aes128-ctr"],
        ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]);

    private static readonly AlgorithmLists Strict = new(
        [.. Compatible.KeyExchanges.Where(name => name != "ecdh-sha2-nistp256")],
        [.. Compatible.HostKeys.Where(name => name != "ecdsa-sha2-nistp256")],
        Compatible.Ciphers,
        [.. Compatible.Macs.Where(name => name.EndsWith("-etm@openssh.com", StringComparison.Ordinal))]);

    public static AlgorithmLists Of(SshProfile profile) => profile == SshProfile.Strict ? Strict : Compatible;
}
