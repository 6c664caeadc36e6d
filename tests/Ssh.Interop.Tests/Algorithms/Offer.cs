namespace Granary.Ssh.Interop.Tests.Algorithms;

/// <summary>Algorithms of one side, by kind.</summary>
public sealed record Offer(string[] KeyExchanges, string[] HostKeys, string[] Ciphers, string[] Macs, string[] UserKeys)
{
    /// <summary>What the server promises in its compatible profile, <c>docs/ssh-protocol.md</c>; keys with a touch need hardware.</summary>
    public static Offer Server { get; } = new(
        ["mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"],
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"],
        ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr"],
        ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"]);

    /// <summary>The rows in which each pair of names of different kinds that both sides have is used at least once.</summary>
    public IReadOnlyList<Choice> Pairs()
    {
        string[][] kinds =
        [
            [.. Server.KeyExchanges.Intersect(KeyExchanges)], [.. Server.HostKeys.Intersect(HostKeys)], [.. Server.Ciphers.Intersect(Ciphers)],
            [.. Server.Macs.Intersect(Macs)], [.. Server.UserKeys.Intersect(UserKeys)],
        ];

        // A cipher that authenticates by itself uses no MAC: only a row with another cipher says anything of the MAC in it.
        var rows = CoveringArray.Of(kinds, row => row[2]?.EndsWith("-ctr", StringComparison.Ordinal) == false ? [3] : []);
        return [.. rows.Select(static row => new Choice(row[0], row[1], row[2], row[3], row[4]))];
    }
}
