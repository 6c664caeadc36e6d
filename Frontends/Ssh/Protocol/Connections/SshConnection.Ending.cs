using System.Net.Sockets;
using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.Wire;
using Microsoft.AspNetCore.Connections;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>Admission, the regular look at its times, and every way it ends.</summary>
internal sealed partial class SshConnection
{
    private const string Stopping = "The server is stopping.";

    /// <summary>How long a peer may take to take the last words.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);
    private const string TooMany = "Too many connections, try again later.";

    private long _bytesReceived;
    private long _endingSince;
    private int _dropped;
    private volatile bool _writerEnded;
    private volatile bool _peerEnded;
    private volatile bool _endsWhenIdle;

    private bool IsEnding => _dropped != 0 || _writerEnded || _peerEnded;

    /// <summary>About once a second, from outside.</summary>
    public void Tick()
    {
        var options = _services.Options;
        var age = _services.Time.GetElapsedTime(_startedAt);
        if (Volatile.Read(ref _endingSince) is var since and not 0)
        {
            if (_services.Time.GetElapsedTime(since) > Linger) Abort("The peer does not take the last words.");
            return;
        }

        if (Phase < SshPhase.Session && age > options.LoginGraceTime)
            Drop(DropReason.LoginGraceTime, DisconnectReason.ByApplication, "Login takes too long.");
        else if (Phase == SshPhase.Version && age > options.VersionTimeout)
            Drop(DropReason.VersionTimeout, DisconnectReason.ByApplication, "No version line.");
        else if (_keyExchange.Duration > options.RekeyTimeout)
            Drop(DropReason.KeyExchangeTimeout, DisconnectReason.KeyExchangeFailed, "The key exchange takes too long.");
        else if (_writer.Stalled > options.WriteStallTimeout)
            AbortFor(DropReason.WriteStall);
        else if (Phase == SshPhase.Session)
            TickSession(options);
    }

    /// <summary>The server is about to stop: a connection without channels ends.</summary>
    public void EndWhenIdle()
    {
        _endsWhenIdle = true;
        EndIfIdle();
    }

    /// <summary>The server stops: commands may end, nothing new begins.</summary>
    public void Drain()
    {
        _channelService.Draining = true;
        EndWhenIdle();
    }

    private void TickSession(SshOptions options)
    {
        foreach (var channel in _channels.All())
        {
            if (channel.Blocked > options.WriteStallTimeout && channel is { CloseSent: false, IsAborted: false })
            {
                LogChannelStalled(Id, Peer);
                _services.Instruments.Refused(ChannelLimit.WriteStall);
                channel.Abort();
            }
        }

        try
        {
            if (!_keepAlive.Tick(request => _writer.Enqueue(request)))
                Drop(DropReason.KeepAlive, DisconnectReason.ConnectionLost, "No sign of life.");
        }
        catch (SshProtocolException exception)
        {
            DropFor(exception);
        }
    }

    private bool Admit()
    {
        _startupPlace = _services.StartupLimiter.TryEnter(Peer.Address, GiveWay, out var refusal);
        if (_startupPlace is not null) return true;
        Refuse(refusal);
        return false;
    }

    /// <summary>Others are to have its place among those that are not logged in.</summary>
    private void GiveWay() => Drop(DropReason.StartupLimit, DisconnectReason.TooManyConnections, TooMany);

    /// <summary>Ends a connection that was never let in, with a word that clients show.</summary>
    public void Refuse(DropReason reason)
    {
        MarkDropped(reason);
        _writer.WriteVersion([.. VersionLine.Server, (byte)'\r', (byte)'\n']);
        _writer.Enqueue(new TransportMessage(reason == DropReason.Shutdown
            ? Message.Disconnect(DisconnectReason.ByApplication, Stopping)
            : Message.Disconnect(DisconnectReason.TooManyConnections, TooMany)));
    }

    private void LeaveStartup()
    {
        _startupPlace?.Dispose();
        _startupPlace = null;
    }

    private void PeerEnds()
    {
        _peerEnded = true;
        _writer.Complete();
    }

    private void EndIfIdle()
    {
        if (!_endsWhenIdle || (Phase == SshPhase.Session && _channels.Count > 0)) return;
        Drop(DropReason.Shutdown, DisconnectReason.ByApplication, Stopping);
    }

    private void DropFor(SshProtocolException exception) => Drop(
        exception.Reason switch
        {
            DisconnectReason.MacError => DropReason.Integrity,
            DisconnectReason.KeyExchangeFailed => DropReason.KeyExchange,
            DisconnectReason.NoMoreAuthenticationMethods => DropReason.Login,
            _ => DropReason.Protocol,
        },
        exception.Reason, exception.Message);

    /// <summary>Ends the connection with a word to the peer; from any thread. The first reason counts.</summary>
    private void Drop(DropReason reason, DisconnectReason code, string text)
    {
        if (!MarkDropped(reason, text)) return;
        _writer.Enqueue(new TransportMessage(Message.Disconnect(code, text)));
        try
        {
            _ = _ending.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It came to its end at the same time.
        }
    }

    private void AbortFor(DropReason reason)
    {
        if (MarkDropped(reason)) Abort(reason.ToString());
    }

    private bool MarkDropped(DropReason reason, string text = "")
    {
        if (Interlocked.Exchange(ref _dropped, 1) != 0) return false;
        Interlocked.CompareExchange(ref _endingSince, _services.Time.GetTimestamp(), 0);
        _services.Instruments.Dropped(reason);
        LogDropped(Id, Peer, reason, Phase, text);
        return true;
    }

    private void Abort(string reason) => _context.Abort(new ConnectionAbortedException(reason));

    private async Task EndAsync(Task writing)
    {
        Interlocked.Exchange(ref _dropped, 1);
        LeaveStartup();
        var wasSession = Phase == SshPhase.Session;
        Phase = SshPhase.Closing;
        Interlocked.CompareExchange(ref _endingSince, _services.Time.GetTimestamp(), 0);
        var channels = _channels.All();
        foreach (var channel in channels) channel.Abandon();
        if (writing.IsCompleted && !_writerEnded) writing = WriteAsync();
        _writer.Complete();
        await writing;
        foreach (var channel in channels) channel.Stop();
        foreach (var channel in channels) await channel.Command;
        foreach (var channel in channels) _channels.Remove(channel);
        if (wasSession) LogEnded(Id, Peer);
    }

    public void Dispose()
    {
        _keyExchange.Abandon();
        _reader.Dispose();
        _writer.Dispose();
        _ending.Dispose();
    }

    private static bool IsGone(Exception exception) =>
        exception is IOException or OperationCanceledException or SocketException;
}
