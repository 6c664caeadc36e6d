using System.Net;

namespace Granary.Frontends.Ssh.Protocol;

/// <summary>
/// Who may log in: the one question the protocol layer asks of its user. An offered key proves nothing; only a
/// <see cref="VerifiedKey"/> becomes an identity.
/// </summary>
public interface ISshAuthority
{
    /// <summary>Whether a signature with this key is worth asking for (RFC 4252 section 7, SSH_MSG_USERAUTH_PK_OK).</summary>
    ValueTask<bool> IsAcceptableAsync(string userName, OfferedKey key, IPEndPoint peer, CancellationToken cancellationToken);

    /// <summary>The identity behind a key whose signature was verified; null refuses the login.</summary>
    ValueTask<SshIdentity?> AuthenticateAsync(string userName, VerifiedKey key, IPEndPoint peer, CancellationToken cancellationToken);
}

/// <summary>A key that a client named, without proof that it has the private half.</summary>
/// <param name="Blob">The key in SSH wire format (RFC 4253 section 6.6).</param>
/// <param name="Fingerprint"><c>SHA256:</c> and unpadded base64, as <c>ssh-keygen -l</c> prints it.</param>
public sealed record OfferedKey(ReadOnlyMemory<byte> Blob, string Fingerprint);

/// <summary>A key whose signature over this session's identifier was verified. Only the protocol layer makes one.</summary>
public sealed class VerifiedKey
{
    internal VerifiedKey(OfferedKey key) => Fingerprint = key.Fingerprint;

    /// <summary><c>SHA256:</c> and unpadded base64.</summary>
    public string Fingerprint { get; }
}

/// <summary>What a login gave; the layer above derives its own.</summary>
public abstract class SshIdentity
{
    /// <summary>For log lines and the list of connections.</summary>
    public abstract string Name { get; }
}
