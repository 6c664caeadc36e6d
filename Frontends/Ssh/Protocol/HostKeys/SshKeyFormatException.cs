namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>A key file is not what it should be.</summary>
internal sealed class SshKeyFormatException(string message) : Exception(message);
