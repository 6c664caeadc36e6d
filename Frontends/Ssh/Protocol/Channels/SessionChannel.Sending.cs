using System.Buffers;
using System.Buffers.Binary;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>What the connection's writer does: it alone sends, so data, status, EOF and close leave in this order.</summary>
internal sealed partial class SessionChannel
{
    /// <summary>Octets of data in one message, either way: what every client can take (RFC 4253 section 6.1).</summary>
    public const int MaxData = 32 << 10;

    /// <summary>A channel's turn ends after this, so that none starves the others.</summary>
    private const int MaxTurn = 64 << 10;
    private const uint StandardError = 1;
    private readonly int _maxData;
    private long _peerWindow;
    private long _blockedSince;
    private int _exitStatus;
    private int _ready;
    private bool _finished;
    private bool _outputDone;
    private bool _errorDone;
    private volatile bool _aborted;
    private volatile bool _closeSent;

    public bool CloseSent => _closeSent;

    /// <summary>It was given up.</summary>
    public bool IsAborted => _aborted;

    /// <summary>How long data has been waiting for the client to open its window.</summary>
    public TimeSpan Blocked
    {
        get
        {
            var since = Volatile.Read(ref _blockedSince);
            return since == 0 ? TimeSpan.Zero : _time.GetElapsedTime(since);
        }
    }

    public bool TryMarkReady() => Interlocked.Exchange(ref _ready, 1) == 0;

    public void MarkTaken() => Interlocked.Exchange(ref _ready, 0);

    /// <summary>Gives up on a client that does not take its data: the command ends, the channel is closed.</summary>
    public void Abort()
    {
        _aborted = true;
        Abandon();
        _schedule(this);
    }

    /// <summary>Sends what may be sent now; true if there is more for another turn.</summary>
    public bool WriteTo(PacketWriter writer)
    {
        if (_closeSent) return false;
        if (_closeReceived || _aborted)
        {
            Stop();
            WriteClose(writer);
            return false;
        }

        WriteCredit(writer);
        var turn = MaxTurn;
        _errorDone = _errorDone || WriteStream(writer, Error, isError: true, ref turn);
        _outputDone = _outputDone || WriteStream(writer, Output, isError: false, ref turn);
        if (!_outputDone || !_errorDone || !Volatile.Read(ref _finished)) return turn == 0;
        Stop();
        writer.Write(ChannelMessages.ExitStatus(PeerId, _exitStatus), default);
        writer.Write(Message.Channel(MessageNumber.ChannelEof, PeerId), default);
        WriteClose(writer);
        return false;
    }

    /// <summary>Nothing is sent any more; flushes of the command end. On the writer's thread, or after the writer ended.</summary>
    public void Stop()
    {
        Output.Reader.Complete();
        Error.Reader.Complete();
    }

    private void WriteCredit(PacketWriter writer)
    {
        var credit = _receiveWindow.TakeCredit();
        if (credit == 0 || _eofReceived) return;
        Span<byte> message = stackalloc byte[9];
        message[0] = MessageNumber.ChannelWindowAdjust;
        BinaryPrimitives.WriteUInt32BigEndian(message[1..], PeerId);
        BinaryPrimitives.WriteUInt32BigEndian(message[5..], credit);
        writer.Write(message, default);
    }

    /// <summary>True when the stream has ended and all of it was sent.</summary>
    private bool WriteStream(PacketWriter writer, ChannelOutput stream, bool isError, ref int turn)
    {
        while (turn > 0 && stream.Reader.TryRead(out var read))
        {
            var window = Interlocked.Read(ref _peerWindow);
            var size = (int)Math.Min(Math.Min(read.Buffer.Length, window), Math.Min(_maxData, turn));
            if (size == 0)
            {
                var isEnd = read.Buffer.IsEmpty && read.IsCompleted;
                if (!read.Buffer.IsEmpty && _blockedSince == 0) Volatile.Write(ref _blockedSince, _time.GetTimestamp());
                stream.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
                return isEnd;
            }

            Volatile.Write(ref _blockedSince, 0);
            Interlocked.Add(ref _peerWindow, -size);
            turn -= size;
            var data = read.Buffer.Slice(0, size);
            WriteData(writer, data, isError);
            var sentAll = size == read.Buffer.Length;
            stream.Reader.AdvanceTo(data.End, data.End);
            if (sentAll && read.IsCompleted) return true;
        }

        return false;
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4254#section-5.2</summary>
    private void WriteData(PacketWriter writer, in ReadOnlySequence<byte> data, bool isError)
    {
        Span<byte> head = stackalloc byte[13];
        head[0] = isError ? MessageNumber.ChannelExtendedData : MessageNumber.ChannelData;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], PeerId);
        if (isError) BinaryPrimitives.WriteUInt32BigEndian(head[5..], StandardError);
        var size = isError ? 13 : 9;
        BinaryPrimitives.WriteUInt32BigEndian(head[(size - 4)..], (uint)data.Length);
        writer.Write(head[..size], data);
    }

    private void WriteClose(PacketWriter writer)
    {
        writer.Write(Message.Channel(MessageNumber.ChannelClose, PeerId), default);
        _closeSent = true;
        _onCloseSent(this);
    }
}
