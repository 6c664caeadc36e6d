using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.KeyExchange;

/// <summary>
/// The key exchanges of one connection, https://www.rfc-editor.org/rfc/rfc4253#section-7: the first, and those that either side
/// asks for later. All but <see cref="Start"/> runs on the connection's reader.
/// </summary>
internal sealed class KeyExchangeService(
    HostKeySet hostKeys, KeyExchangeLimiter limiter, PacketReader inbound, PacketWriter outbound, SshOptions options, SshInstruments instruments, TimeProvider time)
{
    private readonly AlgorithmLists _lists = AlgorithmLists.Of(options.Profile);
    private readonly Lock _lock = new();
    private byte[]? _ownInit;
    private byte[]? _clientInit;
    private Negotiation? _negotiation;
    private PacketCipher? _nextInbound;
    private bool _discardGuess;
    private bool _sendExtInfo;
    private long _startedAt;

    /// <summary>The hash of the first exchange.</summary>
    public byte[]? SessionId { get; private set; }

    /// <summary>Whether both sides keep the stricter rules; settled by the client's first SSH_MSG_KEXINIT.</summary>
    public bool Strict { get; private set; }

    /// <summary>The first exchange is over.</summary>
    public bool HasKeys => inbound.HasKeys;

    /// <summary>The client has begun and not ended an exchange: it may send nothing else.</summary>
    public bool ClientIsBusy => _clientInit is not null;

    /// <summary>How long the present exchange has taken.</summary>
    public TimeSpan Duration
    {
        get
        {
            lock (_lock) return _ownInit is null ? TimeSpan.Zero : time.GetElapsedTime(_startedAt);
        }
    }

    /// <summary>Both version lines without line ends, in the form that is hashed.</summary>
    public byte[] ClientVersion { get; set; } = [];

    public byte[] ServerVersion { get; set; } = [];

    /// <summary>Sends our SSH_MSG_KEXINIT unless an exchange is under way.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_ownInit is not null) return;
            _ownInit = KexInitMessage.Create(_lists, hostKeys.Algorithms, first: SessionId is null);
            _startedAt = time.GetTimestamp();
            outbound.Enqueue(new TransportMessage(_ownInit));
        }
    }

    public void HandleKexInit(ReadOnlySpan<byte> payload)
    {
        if (_clientInit is not null) throw SshProtocolException.Protocol("A key exchange within a key exchange.");
        var message = KexInitMessage.Parse(payload);
        if (SessionId is null)
        {
            Strict = message.KeyExchanges.Contains(KexInitMessage.StrictClient);
            _sendExtInfo = message.KeyExchanges.Contains(KexInitMessage.ExtInfoClient);

            // Packets before it could have been inserted by somebody in between.
            if (Strict && inbound.Sequence != 1) throw SshProtocolException.Protocol("A packet before the key exchange.");
        }

        _clientInit = payload.ToArray();
        Start();
        _negotiation = Negotiation.Between(message, _lists, hostKeys.Algorithms);
        _discardGuess = _negotiation.DiscardGuess;
    }

    public async ValueTask HandleInitAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_negotiation is null || _nextInbound is not null) throw SshProtocolException.Protocol("A key exchange message out of order.");
        if (_discardGuess)
        {
            _discardGuess = false;
            return;
        }

        if (payload.Span[0] != MessageNumber.KexEcdhInit) throw SshProtocolException.Protocol("A message of another key exchange method.");
        using (await limiter.EnterAsync(cancellationToken)) Respond(payload.Span, _negotiation);
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-7.3</summary>
    public void HandleNewKeys(ReadOnlySpan<byte> payload)
    {
        if (_nextInbound is null || _negotiation is null || payload.Length != 1) throw SshProtocolException.Protocol("New keys out of order.");
        instruments.KeysExchanged(_negotiation.KeyExchange, first: !inbound.HasKeys);
        inbound.UseKeys(_nextInbound, Strict);
        _nextInbound = null;
        _negotiation = null;
        _clientInit = null;
        lock (_lock) _ownInit = null;
    }

    public void Abandon() => _nextInbound?.Dispose();

    /// <summary>https://www.rfc-editor.org/rfc/rfc5656#section-4</summary>
    private void Respond(ReadOnlySpan<byte> payload, Negotiation negotiation)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        var clientHalf = reader.ReadString(4096).ToArray();
        reader.ExpectEnd();
        var secret = KeyExchangeMethod.Find(negotiation.KeyExchange).Respond(clientHalf, out var serverHalf);
        var hostKey = hostKeys.For(negotiation.HostKey);
        var hash = Hash(hostKey.PublicBlob, clientHalf, serverHalf, secret);
        SessionId ??= hash;
        var signature = hostKey.Sign(negotiation.HostKey, hash);
        _nextInbound = KeyDerivation.Create(negotiation.In, fromClient: true, secret, hash, SessionId);
        var nextOutbound = KeyDerivation.Create(negotiation.Out, fromClient: false, secret, hash, SessionId);
        CryptographicOperations.ZeroMemory(secret);
        outbound.Enqueue(new TransportMessage(Message.Create(MessageNumber.KexEcdhReply, (hostKey.PublicBlob, serverHalf, signature), static (writer, state) =>
        {
            writer.WriteString(state.PublicBlob);
            writer.WriteString(state.serverHalf);
            writer.WriteString(state.signature);
        })));
        var extInfo = _sendExtInfo && !inbound.HasKeys ? Message.ExtInfo(Authentication.UserKeyAlgorithm.Names) : null;
        outbound.Enqueue(new TransportMessage([MessageNumber.NewKeys], new OutboundKeys(nextOutbound, Strict, extInfo)));
    }

    private byte[] Hash(byte[] hostKey, byte[] clientHalf, byte[] serverHalf, byte[] secret)
    {
        var hashed = Blobs.Create((this, hostKey, clientHalf, serverHalf), static (writer, state) =>
        {
            var (service, key, client, server) = state;
            writer.WriteString(service.ClientVersion);
            writer.WriteString(service.ServerVersion);
            writer.WriteString(service._clientInit);
            writer.WriteString(service._ownInit);
            writer.WriteString(key);
            writer.WriteString(client);
            writer.WriteString(server);
        });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(hashed);
        hash.AppendData(secret);
        return hash.GetHashAndReset();
    }
}
