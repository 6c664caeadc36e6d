namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>One key exchange method, the server's side.</summary>
internal abstract class KeyExchangeMethod
{
    public static KeyExchangeMethod Find(string name) => name switch
    {
        "mlkem768x25519-sha256" => MlKemX25519.Instance,
        "ecdh-sha2-nistp256" => NistP256.Instance,
        _ => Curve25519.Instance,
    };

    /// <summary>Answers the client's half.</summary>
    /// <param name="clientHalf">As received.</param>
    /// <param name="reply">Our half.</param>
    /// <returns>The shared secret as it enters the hashes: an mpint or a string, with its length. To be zeroed.</returns>
    /// <exception cref="Wire.SshProtocolException">The client's half is not one.</exception>
    public abstract byte[] Respond(ReadOnlySpan<byte> clientHalf, out byte[] reply);
}
