namespace Granary.Frontends.Ssh.Protocol;

/// <summary>Which algorithms are offered.</summary>
public enum SshProfile
{
    /// <summary>All that are sound; older clients can connect.</summary>
    Compatible,

    /// <summary>No NIST curve of the server's own choosing and no encrypt-and-MAC.</summary>
    Strict,
}
