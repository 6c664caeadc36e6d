namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>A private key of the server, https://www.rfc-editor.org/rfc/rfc4253#section-6.6</summary>
internal abstract class HostKey : IDisposable
{
    /// <summary>The name in the key's wire format.</summary>
    public abstract string KeyType { get; }

    /// <summary>The signature algorithms that the key can be used with, preferred first.</summary>
    public abstract IReadOnlyList<string> Algorithms { get; }

    /// <summary>The public half in wire format.</summary>
    public abstract byte[] PublicBlob { get; }

    /// <summary>A signature blob: the algorithm's name and the signature.</summary>
    public abstract byte[] Sign(string algorithm, ReadOnlySpan<byte> data);

    /// <summary>The fields that follow the key type in an OpenSSH private key file.</summary>
    public abstract void WritePrivateFields(Wire.SshWriter writer);

    public abstract void Dispose();
}
