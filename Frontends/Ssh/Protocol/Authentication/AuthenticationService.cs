using System.Net;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Authentication;

/// <summary>
/// The authentication protocol, https://www.rfc-editor.org/rfc/rfc4252, with public keys only. Every user name takes the same
/// way and gets the same answers; the identity comes from the verified request and from nothing before it.
/// </summary>
internal sealed class AuthenticationService(ISshAuthority authority, PacketWriter writer, SshOptions options, SshInstruments instruments)
{
    private static readonly byte[] Failure = Message.Create(MessageNumber.UserAuthFailure, 0, static (body, _) =>
    {
        body.WriteString("publickey");
        body.WriteBoolean(false);
    });

    private bool _serviceAccepted;
    private bool _askedForMethods;
    private int _requests;
    private int _failedSignatures;

    /// <summary>Set by the request that was proved.</summary>
    public SshIdentity? Identity { get; private set; }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-10</summary>
    public void HandleServiceRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        var service = reader.ReadAscii(64);
        reader.ExpectEnd();
        if (service != "ssh-userauth") throw new SshProtocolException(DisconnectReason.ServiceNotAvailable, "This service is not available.");
        _serviceAccepted = true;
        writer.Enqueue(Message.ServiceAccept(service));
    }

    public async ValueTask HandleRequestAsync(ReadOnlyMemory<byte> payload, byte[] sessionId, IPEndPoint peer, CancellationToken cancellationToken)
    {
        if (Identity is not null) return;
        if (!_serviceAccepted) throw SshProtocolException.Protocol("A login before its service.");
        var request = PublicKeyRequest.Parse(payload.Span, out var asksForMethods);

        // To ask for the methods is no attempt, but once is enough.
        if (!asksForMethods || _askedForMethods) Count();
        _askedForMethods |= asksForMethods;
        if (request is null)
        {
            writer.Enqueue(Failure);
            return;
        }

        if (request.Signature is null)
        {
            var acceptable = await authority.IsAcceptableAsync(request.UserName, request.Key, peer, cancellationToken);
            writer.Enqueue(acceptable ? request.CreatePkOk() : Failure);
            return;
        }

        var identity = request.VerifySignature(sessionId) is { } verified
            ? await authority.AuthenticateAsync(request.UserName, verified, peer, cancellationToken)
            : null;
        instruments.LoggedIn(identity is not null);
        if (identity is null)
        {
            writer.Enqueue(Failure);
            if (++_failedSignatures >= options.MaxFailedSignatures) throw TooMany();
            return;
        }

        Identity = identity;
        writer.Enqueue([MessageNumber.UserAuthSuccess]);
    }

    private void Count()
    {
        if (++_requests > options.MaxLoginRequests) throw TooMany();
    }

    private static SshProtocolException TooMany() => new(DisconnectReason.NoMoreAuthenticationMethods, "Too many authentication failures.");
}
