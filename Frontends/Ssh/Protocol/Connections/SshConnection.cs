using System.Buffers;
using System.Net;
using Granary.Frontends.Ssh.Protocol.Authentication;
using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.KeepAlive;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Granary.Frontends.Ssh.Protocol.Limits;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Proxy;
using Granary.Frontends.Ssh.Protocol.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>
/// One connection: a reader, which never waits for a command, and a writer beside it. How it ends is in
/// <c>SshConnection.Ending.cs</c>.
/// </summary>
internal sealed partial class SshConnection : IDisposable
{
    /// <summary>After the login; before it the least that the RFC asks for.</summary>
    private const int MaxPacket = 256 << 10;
    private readonly ConnectionContext _context;
    private readonly SshServices _services;
    private readonly ILogger _logger;
    private readonly PacketReader _reader = new();
    private readonly PacketWriter _writer;
    private readonly KeyExchangeService _keyExchange;
    private readonly AuthenticationService _authentication;
    private readonly ChannelTable _channels;
    private readonly ChannelService _channelService;
    private readonly KeepAliveProbe _keepAlive;
    private readonly CancellationTokenSource _ending = new();
    private readonly long _startedAt;
    private StartupPlace? _startupPlace;

    public SshConnection(ConnectionContext context, SshServices services)
    {
        _context = context;
        _services = services;
        _logger = services.Logger;
        _startedAt = services.Time.GetTimestamp();
        Id = services.Connections.NextId();
        Peer = context.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        var options = services.Options;
        _writer = new PacketWriter(context.Transport.Output, services.Time);
        _keyExchange = new(services.HostKeys, services.KeyExchangeLimiter, _reader, _writer, options, services.Instruments, services.Time);
        _authentication = new(services.Authority, _writer, options, services.Instruments);
        _channels = new(options, services.WindowBudget, _writer, services.Instruments, services.Time);
        _channelService = new(_channels, new CommandRunner(this, services.Handler, services.Logger), _writer, options, services.Instruments);
        _keepAlive = new(options, services.Time);
        _writer.OnTraffic = RekeyIfDue;
        _channels.OnEmpty = EndIfIdle;
    }

    public long Id { get; }

    public IPEndPoint Peer { get; private set; }

    public SshPhase Phase { get; private set; }

    public SshIdentity? Identity => _authentication.Identity;

    public SshConnectionInfo Describe() => new(
        Id, Peer, Phase, Identity?.Name, _services.Time.GetElapsedTime(_startedAt), _bytesReceived, _writer.BytesSent, _channels.Count);

    public void RemoveIfOver(SessionChannel channel) => _channels.RemoveIfOver(channel);

    /// <summary>Runs until either side ends the connection; throws nothing.</summary>
    public async Task RunAsync()
    {
        var writing = Task.CompletedTask;
        try
        {
            if (IsEnding || !await ReadProxyHeaderAsync() || !Admit()) return;
            _writer.WriteVersion([.. VersionLine.Server, (byte)'\r', (byte)'\n']);
            _keyExchange.ServerVersion = VersionLine.Server.ToArray();
            _keyExchange.Start();
            writing = WriteAsync();
            if (await ReadVersionAsync()) await ReadPacketsAsync();
        }
        catch (SshProtocolException exception)
        {
            DropFor(exception);
        }
        catch (Exception exception) when (IsGone(exception))
        {
            LogGone(Id, Peer, exception.GetType().Name);
        }
#pragma warning disable CA1031 // One connection's fault is not another's.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(Id, Peer, exception);
            Drop(DropReason.Fault, DisconnectReason.ByApplication, "Internal error.");
        }
        finally
        {
            await EndAsync(writing);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await _writer.RunAsync();
        }
        catch (Exception exception) when (IsGone(exception))
        {
            LogGone(Id, Peer, exception.GetType().Name);
        }
#pragma warning disable CA1031 // As for the reader.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(Id, Peer, exception);
            AbortFor(DropReason.Fault);
        }

        // Whoever reads learns that nothing will be answered any more.
        _writerEnded = true;
        _context.Transport.Input.CancelPendingRead();
    }

    private async ValueTask<bool> ReadProxyHeaderAsync()
    {
        if (!_services.ProxyNetworks.Contain(Peer.Address)) return true;
        var input = _context.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(_ending.Token);
            var buffer = result.Buffer;
            var isRead = TakeProxyHeader(ref buffer);
            input.AdvanceTo(buffer.Start, isRead ? buffer.Start : buffer.End);
            if (isRead) return true;
            if (result.IsCompleted || IsEnding) return false;
        }
    }

    private bool TakeProxyHeader(ref ReadOnlySequence<byte> buffer)
    {
        try
        {
            if (!ProxyHeader.TryRead(ref buffer, out var client)) return false;
            if (client is not null) Peer = client;
            return true;
        }
        catch (SshProtocolException)
        {
            MarkDropped(DropReason.ProxyHeader);
            throw;
        }
    }

    private async ValueTask<bool> ReadVersionAsync()
    {
        var input = _context.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(_ending.Token);
            var buffer = result.Buffer;
            var isRead = VersionLine.TryRead(ref buffer, out var line);
            input.AdvanceTo(buffer.Start, isRead ? buffer.Start : buffer.End);
            if (isRead)
            {
                _keyExchange.ClientVersion = line;
                Phase = SshPhase.KeyExchange;
                return true;
            }

            if (result.IsCompleted || IsEnding) return false;
        }
    }

    private async Task ReadPacketsAsync()
    {
        var input = _context.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(_ending.Token);
            var buffer = result.Buffer;
            try
            {
                while (!IsEnding && _reader.TryRead(ref buffer, out var payload))
                {
                    _keepAlive.SignOfLife();
                    var dispatched = DispatchAsync(payload);
                    if (!dispatched.IsCompletedSuccessfully) await DeliverThenAsync(dispatched);
                    var room = _writer.WaitForRoomAsync();
                    if (!room.IsCompletedSuccessfully) await DeliverThenAsync(room);
                }

                _channelService.Deliver();
            }
            finally
            {
                _bytesReceived += result.Buffer.Length - buffer.Length;
                _reader.Release();
                input.AdvanceTo(buffer.Start, buffer.End);
            }

            if (result.IsCompleted || IsEnding) return;
            RekeyIfDue(_reader.BytesSinceKeys, _reader.PacketsSinceKeys);
        }
    }

    /// <summary>Commands do not wait for what the reader waits for.</summary>
    private ValueTask DeliverThenAsync(ValueTask next)
    {
        _channelService.Deliver();
        return next;
    }

    private void RekeyIfDue(long bytes, long packets)
    {
        if (bytes >= _services.Options.RekeyBytes || packets >= _services.Options.RekeyPackets) _keyExchange.Start();
    }
}
