using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>What both sides agreed on; In is from the client. https://www.rfc-editor.org/rfc/rfc4253#section-7.1</summary>
internal sealed record Negotiation(string KeyExchange, string HostKey, CipherSuite In, CipherSuite Out, bool DiscardGuess)
{
    public static Negotiation Between(KexInitMessage client, AlgorithmLists server, IReadOnlyList<string> hostKeys)
    {
        var keyExchange = Choose(client.KeyExchanges, server.KeyExchanges, "key exchange");
        var hostKey = Choose(client.HostKeys, hostKeys, "host key");
        Choose(client.CompressionsIn, ["none"], "compression");
        Choose(client.CompressionsOut, ["none"], "compression");
        var guessedRight = client.KeyExchanges[0] == server.KeyExchanges[0] && client.HostKeys[0] == hostKeys[0];
        return new(keyExchange, hostKey, Suite(client.CiphersIn, client.MacsIn, server), Suite(client.CiphersOut, client.MacsOut, server),
            client.FirstPacketFollows && !guessedRight);
    }

    private static CipherSuite Suite(string[] ciphers, string[] macs, AlgorithmLists server)
    {
        var cipher = Choose(ciphers, server.Ciphers, "cipher");
        return new(cipher, CipherSuite.IsAuthenticated(cipher) ? "" : Choose(macs, server.Macs, "MAC"));
    }

    private static string Choose(string[] client, IReadOnlyList<string> server, string what) =>
        client.FirstOrDefault(server.Contains) ?? throw SshProtocolException.KeyExchange($"No {what} algorithm in common.");
}
