using System.Net;
using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol;

namespace Granary.Tests.Ssh.TestHost;

/// <summary>An authority by a file of public keys, one a line as OpenSSH writes them.</summary>
public sealed class AuthorizedKeys : ISshAuthority
{
    private readonly HashSet<string> _fingerprints;

    public AuthorizedKeys(IEnumerable<string> lines) => _fingerprints = [.. lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length >= 2).Select(fields => FingerprintOf(Convert.FromBase64String(fields[1])))];

    public ValueTask<bool> IsAcceptableAsync(string userName, OfferedKey key, IPEndPoint peer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_fingerprints.Contains(key.Fingerprint));

    public ValueTask<SshIdentity?> AuthenticateAsync(string userName, VerifiedKey key, IPEndPoint peer, CancellationToken cancellationToken) =>
        ValueTask.FromResult<SshIdentity?>(_fingerprints.Contains(key.Fingerprint) ? new KeyIdentity(key.Fingerprint) : null);

    private static string FingerprintOf(byte[] blob) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=')}";
}

/// <summary>Whoever has the key.</summary>
public sealed class KeyIdentity(string name) : SshIdentity
{
    public override string Name => name;
}
