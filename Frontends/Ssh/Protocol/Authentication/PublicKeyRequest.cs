using System.Text;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>SSH_MSG_USERAUTH_REQUEST of method "publickey", https://www.rfc-editor.org/rfc/rfc4252#section-7</summary>
internal sealed class PublicKeyRequest
{
    private const int MaxBlob = 8 << 10;
    private readonly UserKeyAlgorithm _algorithm;
    private readonly byte[] _signedPart;

    private PublicKeyRequest(string userName, UserKeyAlgorithm algorithm, OfferedKey key, byte[]? signature, byte[] signedPart)
    {
        UserName = userName;
        Key = key;
        Signature = signature;
        _algorithm = algorithm;
        _signedPart = signedPart;
    }

    public string UserName { get; }

    public OfferedKey Key { get; }

    public byte[]? Signature { get; }

    /// <summary>Null for another method or algorithm, which is refused without further look.</summary>
    /// <param name="payload">The message.</param>
    /// <param name="asksForMethods">It is of method "none" (RFC 4252 section 5.2).</param>
    public static PublicKeyRequest? Parse(ReadOnlySpan<byte> payload, out bool asksForMethods)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        var userName = reader.ReadText(256);
        var service = reader.ReadAscii(64);
        var method = reader.ReadAscii(64);
        if (service != "ssh-connection") throw new SshProtocolException(DisconnectReason.ServiceNotAvailable, "This service is not available.");
        asksForMethods = method == "none";
        if (method != "publickey") return null;
        var isSigned = reader.ReadBoolean();
        var algorithm = UserKeyAlgorithm.Find(reader.ReadAscii(128));
        var blob = reader.ReadString(MaxBlob);
        if (algorithm is null) return null;
        var keyType = new SshReader(blob).ReadString(128);
        if (!keyType.SequenceEqual(Encoding.ASCII.GetBytes(algorithm.KeyType))) return null;
        var signedPart = payload[..^reader.Remaining];
        byte[]? signature = null;
        if (isSigned) signature = reader.ReadString(MaxBlob).ToArray();
        reader.ExpectEnd();
        return new PublicKeyRequest(userName, algorithm, new OfferedKey(blob.ToArray(), Fingerprint.Of(blob)), signature, signedPart.ToArray());
    }

    /// <summary>SSH_MSG_USERAUTH_PK_OK: a signature of this key would be looked at.</summary>
    public byte[] CreatePkOk() => Message.Create(MessageNumber.UserAuthPkOk, this, static (writer, request) =>
    {
        writer.WriteString(request._algorithm.Name);
        writer.WriteString(request.Key.Blob.Span);
    });

    /// <summary>The key, proved for this session and for all that this request says; null if it is not.</summary>
    public VerifiedKey? VerifySignature(byte[] sessionId)
    {
        var signature = new SshReader(Signature);
        if (!signature.ReadString(128).SequenceEqual(Encoding.ASCII.GetBytes(_algorithm.Name))) return null;
        var key = new SshReader(Key.Blob.Span);
        key.ReadString(128);
        var data = Blobs.Create((sessionId, _signedPart), static (writer, state) =>
        {
            writer.WriteString(state.sessionId);
            writer.WriteBytes(state._signedPart);
        });
        return _algorithm.Verifier.Verify(key, signature, data) ? new VerifiedKey(Key) : null;
    }
}
