using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.Packets;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>
/// The only one to send on a connection: it owns the cipher, the sequence number and the gate that a key exchange closes.
/// Channels are not queued up but asked for what they have, so nothing but a few control messages ever waits here.
/// </summary>
internal sealed class PacketWriter : IDisposable
{
    /// <summary>Control messages at which the reader pauses; the reserve above it is for what comes during a key exchange.</summary>
    private const int PauseAt = 128;
    private const int MaxQueued = 1024;
    private const int FlushAt = 64 << 10;
    private readonly PipeWriter _output;
    private readonly TimeProvider _time;
    private readonly PacketFramer _framer = new();
    private readonly AsyncSignal _work = new();
    private readonly AsyncSignal _room = new();
    private readonly Lock _lock = new();
    private readonly Queue<TransportMessage> _transport = new();
    private readonly Queue<(byte[] Payload, SessionChannel? Channel)> _control = new();
    private readonly ConcurrentQueue<SessionChannel> _ready = new();
    private volatile bool _gateClosed = true;
    private volatile bool _ended;
    private bool _completing;
    private bool _disconnected;
    private int _unflushed;
    private long _flushStarted;

    public PacketWriter(PipeWriter output, TimeProvider time)
    {
        _output = output;
        _time = time;
    }

    /// <summary>Called by the writer when the keys have protected this much.</summary>
    public Action<long, long>? OnTraffic { get; set; }

    public long BytesSent { get; private set; }

    /// <summary>How long the peer has been taking nothing.</summary>
    public TimeSpan Stalled
    {
        get
        {
            var started = Volatile.Read(ref _flushStarted);
            return started == 0 ? TimeSpan.Zero : _time.GetElapsedTime(started);
        }
    }

    /// <summary>Our version line, before anything else.</summary>
    public void WriteVersion(ReadOnlySpan<byte> line)
    {
        _output.Write(line);
        _unflushed += line.Length;
    }

    /// <summary>For messages of key exchange and SSH_MSG_DISCONNECT; they pass the gate.</summary>
    public void Enqueue(TransportMessage message)
    {
        lock (_lock)
        {
            if (_transport.Count >= MaxQueued) throw SshProtocolException.Protocol("Too many messages wait to be sent.");
            _transport.Enqueue(message);
        }

        _work.Set();
    }

    /// <summary>For all others. A reply to a channel that was closed meanwhile is left out.</summary>
    public void Enqueue(byte[] payload, SessionChannel? channel = null)
    {
        lock (_lock)
        {
            if (_control.Count >= MaxQueued) throw SshProtocolException.Protocol("Too many answers wait to be sent.");
            _control.Enqueue((payload, channel));
        }

        _work.Set();
    }

    /// <summary>The channel has something to send.</summary>
    public void Schedule(SessionChannel channel)
    {
        if (channel.TryMarkReady()) _ready.Enqueue(channel);
        _work.Set();
    }

    /// <summary>
    /// Holds the reader while many answers wait for the peer to take them. Never during a key exchange: its messages come
    /// through the reader.
    /// </summary>
    public async ValueTask WaitForRoomAsync()
    {
        while (!_gateClosed && !_ended && IsFull()) await _room.WaitAsync();
    }

    /// <summary>Sends what is queued and ends.</summary>
    public void Complete()
    {
        lock (_lock) _completing = true;
        _work.Set();
    }

    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var progressed = WriteTransport() | WriteControl() | WriteChannels();
                if (_unflushed >= FlushAt || (!progressed && _unflushed > 0))
                {
                    if (!await FlushAsync()) return;
                }
                else if (!progressed)
                {
                    if (_disconnected || IsDone()) return;
                    await _work.WaitAsync();
                }
            }
        }
        finally
        {
            _ended = true;
            _room.Set();
        }
    }

    /// <summary>For the channel that is asked for its data; on the writer's thread only.</summary>
    public void Write(ReadOnlySpan<byte> head, in ReadOnlySequence<byte> body)
    {
        var size = _framer.Write(_output, head, body);
        _unflushed += size;
        BytesSent += size;
    }

    public void Dispose()
    {
        _framer.Dispose();
        while (_transport.TryDequeue(out var message)) message.NewKeys?.Cipher.Dispose();
    }

    private bool IsFull()
    {
        lock (_lock) return _control.Count >= PauseAt;
    }

    private bool IsDone()
    {
        lock (_lock) return _completing && _transport.Count == 0 && (_gateClosed || _control.Count == 0);
    }

    private bool WriteTransport()
    {
        var progressed = false;
        while (!_disconnected)
        {
            TransportMessage message;
            lock (_lock)
            {
                if (!_transport.TryDequeue(out message)) break;
            }

            progressed = true;
            Write(message.Payload, default);
            switch (message.Payload[0])
            {
                case MessageNumber.KexInit:
                    _gateClosed = true;
                    _room.Set();
                    break;
                case MessageNumber.NewKeys when message.NewKeys is { } keys:
                    _framer.UseKeys(keys.Cipher, keys.ResetSequence);
                    if (keys.ExtInfo is not null) Write(keys.ExtInfo, default);
                    _gateClosed = false;
                    break;
                case MessageNumber.Disconnect:
                    _disconnected = true;
                    break;
            }
        }

        return progressed;
    }

    private bool WriteControl()
    {
        var progressed = false;
        while (!_gateClosed && !_disconnected && _unflushed < FlushAt)
        {
            (byte[] Payload, SessionChannel? Channel) message;
            lock (_lock)
            {
                if (!_control.TryDequeue(out message)) break;
                if (_control.Count == PauseAt - 1) _room.Set();
            }

            progressed = true;
            if (message.Channel is not { CloseSent: true }) Write(message.Payload, default);
        }

        return progressed;
    }

    private bool WriteChannels()
    {
        if (_gateClosed || _disconnected) return false;
        var progressed = false;

        // Each channel that was ready has its turn once before the control messages are looked at again.
        for (var count = _ready.Count; count > 0 && _unflushed < FlushAt && _ready.TryDequeue(out var channel); count--)
        {
            channel.MarkTaken();
            progressed = true;
            if (channel.WriteTo(this)) Schedule(channel);
        }

        OnTraffic?.Invoke(_framer.BytesSinceKeys, _framer.PacketsSinceKeys);
        return progressed;
    }

    private async ValueTask<bool> FlushAsync()
    {
        _unflushed = 0;
        Volatile.Write(ref _flushStarted, _time.GetTimestamp());
        var result = await _output.FlushAsync();
        Volatile.Write(ref _flushStarted, 0);
        return !result.IsCompleted;
    }
}
