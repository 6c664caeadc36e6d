using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Sodium;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Tests;

/// <summary>A client that does what it is told, right or wrong, one message at a time.</summary>
internal sealed class RawClient : IDisposable
{
    public const string Version = "SSH-2.0-Raw";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TcpClient _tcp = new(AddressFamily.InterNetwork) { NoDelay = true };
    private readonly PacketFramer _framer = new();
    private readonly PacketReader _reader = new() { MaxPacketLength = 1 << 20 };
    private NetworkStream? _stream;
    private byte[] _received = [];
    private byte[] _serverInit = [];

    public byte[] SessionId { get; private set; } = [];

    public string ServerVersion { get; private set; } = "";

    /// <summary>Whether to ask for and follow strict key exchange.</summary>
    public bool Strict { get; init; } = true;

    public string KeyExchange { get; init; } = "curve25519-sha256";

    public string Cipher { get; init; } = CipherSuite.Aes256Gcm;

    public string Mac { get; init; } = "hmac-sha2-256";

    public string HostKey { get; init; } = "ssh-ed25519";

    public bool FirstPacketFollows { get; init; }

    /// <summary>The address that it comes from; all of 127.0.0.0/8 is here.</summary>
    public IPAddress Source { get; init; } = IPAddress.Loopback;

    public Socket Socket => _tcp.Client;

    /// <summary>The number of the next packet to be sent.</summary>
    public uint Sequence => _framer.Sequence;

    public static async Task<RawClient> ConnectAsync(int port, RawClient? client = null)
    {
        client ??= new RawClient();
        if (!client.Source.Equals(IPAddress.Loopback)) client._tcp.Client.Bind(new IPEndPoint(client.Source, 0));
        await client._tcp.ConnectAsync(IPAddress.Loopback, port);
        client._stream = client._tcp.GetStream();
        return client;
    }

    public async Task<RawClient> GreetAsync()
    {
        await SendBytesAsync(Encoding.ASCII.GetBytes(Version + "\r\n"));
        await ReadVersionAsync();
        return this;
    }

    public async Task ReadVersionAsync()
    {
        while (_received.AsSpan().IndexOf((byte)'\n') < 0 && await FillAsync())
        {
        }

        var end = _received.AsSpan().IndexOf((byte)'\n');
        Assert.True(end > 0, "no version line");
        ServerVersion = Encoding.ASCII.GetString(_received, 0, end).TrimEnd('\r');
        _received = _received[(end + 1)..];
    }

    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => _stream!.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    public Task SendAsync(byte[] payload) => SendBytesAsync(Frame(payload));

    public Task SendAsync<TState>(byte number, TState state, Message.Body<TState> body) => SendAsync(Message.Create(number, state, body));

    public byte[] Frame(params byte[][] payloads)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var payload in payloads) _framer.Write(buffer, payload, default);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The next message; null at the end of the connection.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        while (true)
        {
            var sequence = new ReadOnlySequence<byte>(_received);
            if (_reader.TryRead(ref sequence, out var payload))
            {
                _received = sequence.ToArray();
                return payload.ToArray();
            }

            if (!await FillAsync()) return null;
        }
    }

    /// <summary>The next message of this number; the server's own SSH_MSG_EXT_INFO and keep-alives are passed over.</summary>
    public async Task<byte[]> ExpectAsync(byte number)
    {
        while (true)
        {
            var payload = await ReadAsync();
            Assert.True(payload is not null, $"the connection ended where message {number} was expected");
            if (payload[0] == number) return payload;
            Assert.True(payload[0] is MessageNumber.ExtInfo or MessageNumber.GlobalRequest, $"message {payload[0]} where {number} was expected: {Describe(payload)}");
        }
    }

    /// <summary>Reads to the end; the last message must be SSH_MSG_DISCONNECT with this reason.</summary>
    public async Task<string> ExpectDisconnectAsync(DisconnectReason reason)
    {
        byte[]? last = null;
        while (await ReadAsync() is { } payload) last = payload;
        Assert.NotNull(last);
        Assert.Equal(MessageNumber.Disconnect, last[0]);
        Assert.Equal(reason, (DisconnectReason)new SshReader(last.AsSpan(1)).ReadUInt32());
        return Describe(last);
    }

    /// <summary>Whatever it sends, the connection must end.</summary>
    public async Task ReadToEndAsync()
    {
        while (await FillAsync()) _received = [];
    }

    /// <summary>The first message must answer a message with another, so that what was sent before was seen.</summary>
    public async Task PingAsync()
    {
        await SendAsync(MessageNumber.GlobalRequest, 0, static (writer, _) =>
        {
            writer.WriteString("ping");
            writer.WriteBoolean(true);
        });
        await ExpectAsync(MessageNumber.RequestFailure);
    }

    public byte[] CreateKexInit()
    {
        var names = new List<string> { KeyExchange, KexInitMessage.ExtInfoClient };
        if (Strict) names.Add(KexInitMessage.StrictClient);
        return Message.Create(MessageNumber.KexInit, (this, names), static (writer, state) =>
        {
            var (client, names) = state;
            writer.WriteBytes(RandomNumberGenerator.GetBytes(16));
            writer.WriteNameList(names);
            writer.WriteString(client.HostKey);
            writer.WriteString(client.Cipher);
            writer.WriteString(client.Cipher);
            writer.WriteString(client.Mac);
            writer.WriteString(client.Mac);
            writer.WriteString("none");
            writer.WriteString("none");
            writer.WriteString("");
            writer.WriteString("");
            writer.WriteBoolean(client.FirstPacketFollows);
            writer.WriteUInt32(0);
        });
    }

    /// <summary>Version lines and the first key exchange.</summary>
    public async Task<RawClient> ExchangeKeysAsync()
    {
        if (ServerVersion.Length == 0) await GreetAsync();
        var own = CreateKexInit();
        await SendAsync(own);
        _serverInit = await ExpectAsync(MessageNumber.KexInit);
        await CompleteExchangeAsync(own);
        return this;
    }

    /// <summary>The rest of the first key exchange after SSH_MSG_KEXINIT was sent.</summary>
    public async Task AnswerFirstAsync(byte[] ownInit)
    {
        _serverInit = await ExpectAsync(MessageNumber.KexInit);
        await CompleteExchangeAsync(ownInit);
    }

    /// <summary>A key exchange that this side begins; other messages that come meanwhile are returned.</summary>
    /// <param name="meanwhile">A message that has no place in a key exchange.</param>
    public async Task RekeyAsync(byte[]? meanwhile = null)
    {
        var own = CreateKexInit();
        await SendAsync(own);
        if (meanwhile is not null) await SendAsync(meanwhile);
        _serverInit = await ExpectAsync(MessageNumber.KexInit);
        await CompleteExchangeAsync(own);
    }

    /// <summary>A key exchange that the server began with this message.</summary>
    public async Task AnswerRekeyAsync(byte[] serverInit)
    {
        var own = CreateKexInit();
        await SendAsync(own);
        _serverInit = serverInit;
        await CompleteExchangeAsync(own);
    }

    public async Task<RawClient> LogInAsync(Ed25519HostKey key, string user = "git")
    {
        if (SessionId.Length == 0) await ExchangeKeysAsync();
        await RequestServiceAsync();
        await SendAsync(SignedLogin(key, user));
        await ExpectAsync(MessageNumber.UserAuthSuccess);
        return this;
    }

    public async Task RequestServiceAsync()
    {
        await SendAsync(MessageNumber.ServiceRequest, 0, static (writer, _) => writer.WriteString("ssh-userauth"));
        await ExpectAsync(MessageNumber.ServiceAccept);
    }

    public static byte[] Login(string user, string algorithm, byte[] blob, bool signed) =>
        Message.Create(MessageNumber.UserAuthRequest, (user, algorithm, blob, signed), static (writer, state) =>
        {
            writer.WriteString(state.user);
            writer.WriteString("ssh-connection");
            writer.WriteString("publickey");
            writer.WriteBoolean(state.signed);
            writer.WriteString(state.algorithm);
            writer.WriteString(state.blob);
        });

    /// <summary>A request with a signature over this session.</summary>
    public byte[] SignedLogin(HostKey key, string user = "git", string? algorithm = null)
    {
        algorithm ??= key.Algorithms[0];
        var request = Login(user, algorithm, key.PublicBlob, signed: true);
        return WithSignature(request, key.Sign(algorithm, SignedData(request)));
    }

    public byte[] SignedData(byte[] request) => Blobs.Create((SessionId, request), static (writer, state) =>
    {
        writer.WriteString(state.SessionId);
        writer.WriteBytes(state.request);
    });

    public static byte[] WithSignature(byte[] request, byte[] signature) => Blobs.Create((request, signature), static (writer, state) =>
    {
        writer.WriteBytes(state.request);
        writer.WriteString(state.signature);
    });

    /// <summary>Opens a session; the server's number of it and its window.</summary>
    public async Task<(uint Id, uint Window)> OpenAsync(uint window = 1 << 20, uint maxPacket = 32 << 10, uint ownId = 7)
    {
        await SendOpenAsync(window, maxPacket, ownId);
        var payload = await ExpectAsync(MessageNumber.ChannelOpenConfirmation);
        return Parse(payload);

        static (uint, uint) Parse(byte[] payload)
        {
            var reader = new SshReader(payload.AsSpan(5));
            return (reader.ReadUInt32(), reader.ReadUInt32());
        }
    }

    public Task SendOpenAsync(uint window = 1 << 20, uint maxPacket = 32 << 10, uint ownId = 7, string type = "session") =>
        SendAsync(MessageNumber.ChannelOpen, (window, maxPacket, ownId, type), static (writer, state) =>
        {
            writer.WriteString(state.type);
            writer.WriteUInt32(state.ownId);
            writer.WriteUInt32(state.window);
            writer.WriteUInt32(state.maxPacket);
        });

    public static byte[] ChannelRequest(uint channel, string type, bool reply, params string[] arguments) =>
        Message.Create(MessageNumber.ChannelRequest, (channel, type, reply, arguments), static (writer, state) =>
        {
            writer.WriteUInt32(state.channel);
            writer.WriteString(state.type);
            writer.WriteBoolean(state.reply);
            foreach (var argument in state.arguments) writer.WriteString(argument);
        });

    public static byte[] Data(uint channel, byte[] data) => Message.Create(MessageNumber.ChannelData, (channel, data), static (writer, state) =>
    {
        writer.WriteUInt32(state.channel);
        writer.WriteString(state.data);
    });

    public static byte[] Adjust(uint channel, uint bytes) => Message.Create(MessageNumber.ChannelWindowAdjust, (channel, bytes), static (writer, state) =>
    {
        writer.WriteUInt32(state.channel);
        writer.WriteUInt32(state.bytes);
    });

    public async Task ExecAsync(uint channel, string command)
    {
        await SendAsync(ChannelRequest(channel, "exec", true, command));
        await ExpectAsync(MessageNumber.ChannelSuccess);
    }

    /// <summary>What a channel sends until its close: its data and its exit status.</summary>
    public async Task<(byte[] Output, byte[] Error, int? Status)> ReadToCloseAsync()
    {
        var output = new MemoryStream();
        var error = new MemoryStream();
        int? status = null;
        while (true)
        {
            var payload = await ReadAsync();
            Assert.NotNull(payload);
            switch (payload[0])
            {
                case MessageNumber.ChannelData:
                    output.Write(payload.AsSpan(9));
                    break;
                case MessageNumber.ChannelExtendedData:
                    error.Write(payload.AsSpan(13));
                    break;
                case MessageNumber.ChannelRequest:
                    status = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(payload.Length - 4));
                    break;
                case MessageNumber.ChannelClose:
                    return (output.ToArray(), error.ToArray(), status);
                case MessageNumber.KexInit:
                    await AnswerRekeyAsync(payload);
                    break;
            }
        }
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _framer.Dispose();
        _reader.Dispose();
    }

    private async Task CompleteExchangeAsync(byte[] ownInit)
    {
        var secretKey = RandomNumberGenerator.GetBytes(32);
        var (half, kem) = CreateHalf(secretKey, out var ecdh);
        await SendAsync(MessageNumber.KexEcdhInit, half, static (writer, half) => writer.WriteString(half));
        var reply = await ExpectAsync(MessageNumber.KexEcdhReply);
        var (hostKey, serverHalf, signature) = Parse(reply);
        var secret = Agree(serverHalf, secretKey, kem, ecdh);
        var hashed = Blobs.Create((this, ownInit, hostKey, half, serverHalf), static (writer, state) =>
        {
            writer.WriteString(Version);
            writer.WriteString(state.Item1.ServerVersion);
            writer.WriteString(state.ownInit);
            writer.WriteString(state.Item1._serverInit);
            writer.WriteString(state.hostKey);
            writer.WriteString(state.half);
            writer.WriteString(state.serverHalf);
        });
        var hash = SHA256.HashData([.. hashed, .. secret]);
        if (SessionId.Length == 0) SessionId = hash;
        Assert.True(Verify(hostKey, signature, hash), "the host key's signature is wrong");
        await SendAsync([MessageNumber.NewKeys]);
        var suite = new CipherSuite(Cipher, Mac);
        _framer.UseKeys(KeyDerivation.Create(suite, fromClient: true, secret, hash, SessionId), Strict);
        await ExpectAsync(MessageNumber.NewKeys);
        _reader.UseKeys(KeyDerivation.Create(suite, fromClient: false, secret, hash, SessionId), Strict);

        static (byte[] HostKey, byte[] Half, byte[] Signature) Parse(byte[] payload)
        {
            var reader = new SshReader(payload.AsSpan(1));
            return (reader.ReadString().ToArray(), reader.ReadString().ToArray(), reader.ReadString().ToArray());
        }
    }

    private (byte[] Half, byte[] Kem) CreateHalf(byte[] secretKey, out ECDiffieHellman? ecdh)
    {
        ecdh = null;
        var point = new byte[32];
        _ = Libsodium.ScalarMultBase(point, secretKey);
        if (KeyExchange == "mlkem768x25519-sha256")
        {
            var publicKey = new byte[1184];
            var kem = new byte[2400];
            _ = Libsodium.MlKem768KeyPair(publicKey, kem);
            return ([.. publicKey, .. point], kem);
        }

        if (KeyExchange != "ecdh-sha2-nistp256") return (point, []);
        ecdh = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var q = ecdh.ExportParameters(false).Q;
        return ([4, .. q.X!, .. q.Y!], []);
    }

    private static byte[] Agree(byte[] serverHalf, byte[] secretKey, byte[] kem, ECDiffieHellman? ecdh)
    {
        var shared = new byte[32];
        if (ecdh is not null)
        {
            using var other = ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = serverHalf[1..33], Y = serverHalf[33..] },
            });
            return SharedSecret.Mpint(ecdh.DeriveRawSecretAgreement(other.PublicKey));
        }

        _ = Libsodium.ScalarMult(shared, secretKey, serverHalf.AsSpan(^32..));
        if (kem.Length == 0) return SharedSecret.Mpint(shared);
        var first = new byte[32];
        _ = Libsodium.MlKem768Decapsulate(first, serverHalf.AsSpan(0, 1088), kem);
        return SharedSecret.String(SHA256.HashData([.. first, .. shared]));
    }

    /// <summary>By the verifiers for users' keys, which know all of the server's algorithms too.</summary>
    private bool Verify(byte[] hostKey, byte[] signature, byte[] hash)
    {
        var key = new SshReader(hostKey);
        key.ReadString();
        var value = new SshReader(signature);
        Assert.Equal(HostKey, value.ReadAscii(64));
        return Protocol.Authentication.UserKeyAlgorithm.Find(HostKey)!.Verifier.Verify(key, value, hash);
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[64 << 10];
        try
        {
            var count = await _stream!.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            if (count == 0) return false;
            _received = [.. _received, .. buffer.AsSpan(0, count)];
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Describe(byte[] payload) =>
        payload[0] == MessageNumber.Disconnect ? Encoding.UTF8.GetString(payload.AsSpan(5)) : Convert.ToHexString(payload.AsSpan(0, Math.Min(40, payload.Length)));
}
