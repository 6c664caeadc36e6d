using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>Which message may come when, and whose it is.</summary>
internal sealed partial class SshConnection
{
    private ValueTask DispatchAsync(ReadOnlyMemory<byte> payload)
    {
        var number = payload.Span[0];

        // Even within a later key exchange of the client's own: it must not send these then, but some do (asyncssh 2.10), and
        // OpenSSH's server takes them. The old keys hold until SSH_MSG_NEWKEYS, so nothing is lost by it.
        if (number >= MessageNumber.GlobalRequest && Phase == SshPhase.Session)
        {
            if (number <= MessageNumber.ChannelFailure) _channelService.Handle(payload.Span);
            else Unimplemented();
            return default;
        }

        CheckOrder(number);
        switch (number)
        {
            case MessageNumber.Disconnect:
                PeerEnds();
                break;
            case MessageNumber.Ignore or MessageNumber.Unimplemented or MessageNumber.Debug or MessageNumber.ExtInfo:
                break;
            case MessageNumber.KexInit:
                _keyExchange.HandleKexInit(payload.Span);
                break;
            case >= MessageNumber.KexEcdhInit and < MessageNumber.UserAuthRequest:
                return _keyExchange.HandleInitAsync(payload, _ending.Token);
            case MessageNumber.NewKeys:
                _keyExchange.HandleNewKeys(payload.Span);
                if (Phase == SshPhase.KeyExchange) Phase = SshPhase.Login;
                break;
            case MessageNumber.ServiceRequest when Phase == SshPhase.Login:
                _authentication.HandleServiceRequest(payload.Span);
                break;
            case MessageNumber.UserAuthRequest when Phase == SshPhase.Login:
                return LogInAsync(payload);
            case MessageNumber.UserAuthRequest when Phase == SshPhase.Session:
                // https://www.rfc-editor.org/rfc/rfc4252#section-5.1: silently ignored after the success.
                break;
            default:
                Unimplemented();
                break;
        }

        return default;
    }

    private async ValueTask LogInAsync(ReadOnlyMemory<byte> payload)
    {
        await _authentication.HandleRequestAsync(payload, _keyExchange.SessionId!, Peer, _ending.Token);
        if (Identity is null) return;
        Phase = SshPhase.Session;
        _reader.MaxPacketLength = MaxPacket;
        LeaveStartup();
        _services.Instruments.ShookHands(_services.Time.GetElapsedTime(_startedAt));
        LogLogin(Id, Peer, Identity.Name);
        EndIfIdle();
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-7.1 and the strict key exchange's narrower rule.</summary>
    private void CheckOrder(byte number)
    {
        var isFirst = !_keyExchange.HasKeys;
        var isKeyExchange = number is MessageNumber.KexInit or MessageNumber.NewKeys or (>= MessageNumber.KexEcdhInit and < MessageNumber.UserAuthRequest);
        if (isKeyExchange || number == MessageNumber.Disconnect) return;
        if (isFirst && _keyExchange.Strict) throw SshProtocolException.Protocol("Only key exchange messages may come now.");
        if (number is MessageNumber.Ignore or MessageNumber.Debug or MessageNumber.Unimplemented) return;

        if (isFirst || _keyExchange.ClientIsBusy) throw SshProtocolException.Protocol("Only key exchange messages may come now.");
        if (number >= MessageNumber.GlobalRequest && Phase != SshPhase.Session) throw SshProtocolException.Protocol("Not before the login.");
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-11.4</summary>
    private void Unimplemented() => _writer.Enqueue(Message.Unimplemented(unchecked(_reader.Sequence - 1)));
}
