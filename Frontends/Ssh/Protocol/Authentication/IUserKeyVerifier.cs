namespace Granary.Frontends.Ssh.Protocol.Authentication;

internal interface IUserKeyVerifier
{
    /// <summary>Whether the signature over the data was made with the key.</summary>
    /// <param name="key">The key's blob after its type.</param>
    /// <param name="signature">The signature's blob after its algorithm.</param>
    /// <param name="data">What was signed.</param>
    /// <exception cref="Wire.SshProtocolException">Key or signature are not well-formed.</exception>
    bool Verify(Wire.SshReader key, Wire.SshReader signature, ReadOnlySpan<byte> data);
}
