using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>
/// One session channel, https://www.rfc-editor.org/rfc/rfc4254#section-5. The connection's reader receives for it, the
/// connection's writer sends for it (in <c>SessionChannel.Sending.cs</c>), a command runs in it.
/// </summary>
internal sealed partial class SessionChannel : IDisposable
{
    private readonly ReceiveWindow _receiveWindow;
    private readonly Action<SessionChannel> _schedule;
    private readonly Action<SessionChannel> _onCloseSent;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _gone = new();
    private readonly Lock _inputLock = new();
    private bool _inputEnded;
    private bool _isUndelivered;
    private bool _eofReceived;
    private volatile bool _closeReceived;

    public SessionChannel(uint id, uint peerId, uint peerWindow, uint peerMaxPacket, ReceiveWindow receiveWindow, Action<SessionChannel> schedule, Action<SessionChannel> onCloseSent, TimeProvider time)
    {
        Id = id;
        PeerId = peerId;
        _peerWindow = peerWindow;
        _maxData = (int)Math.Min(peerMaxPacket, MaxData);
        _receiveWindow = receiveWindow;
        _schedule = schedule;
        _onCloseSent = onCloseSent;
        _time = time;
        Input = new ChannelInput(Consumed);
        Output = new ChannelOutput(() => schedule(this));
        Error = new ChannelOutput(() => schedule(this));
    }

    public uint Id { get; }

    public uint PeerId { get; }

    public ChannelInput Input { get; }

    public ChannelOutput Output { get; }

    public ChannelOutput Error { get; }

    /// <summary>What its environment may hold.</summary>
    public ChannelEnvironment Environment { get; } = new();

    /// <summary>Whether its one command was asked for.</summary>
    public bool Started { get; set; }

    /// <summary>The command that runs or ran.</summary>
    public Task Command { get; set; } = Task.CompletedTask;

    /// <summary>The client closed the channel or went away.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>The client may not speak of it again.</summary>
    public bool CloseReceived => _closeReceived;

    /// <summary>Both sides closed it.</summary>
    public bool IsClosed => _closeReceived && CloseSent;

    /// <summary>True if there is data to be delivered that nobody was told of yet.</summary>
    public bool ReceiveData(ReadOnlySpan<byte> data)
    {
        Accept(data.Length);
        lock (_inputLock)
        {
            if (_inputEnded) return false;
            Input.Append(data);
        }

        if (_isUndelivered) return false;
        return _isUndelivered = true;
    }

    /// <summary>What came is the command's to read.</summary>
    public void DeliverData()
    {
        _isUndelivered = false;
        lock (_inputLock)
        {
            if (!_inputEnded) Input.Deliver();
        }
    }

    /// <summary>Data that no command reads; it counts and is given back at once.</summary>
    public void ReceiveExtendedData(int length)
    {
        Accept(length);
        Consumed(length);
    }

    public void ReceiveEof()
    {
        _eofReceived = true;
        EndInput(null);
    }

    /// <summary>Nobody is there for what the command does: it is to end.</summary>
    public void ReceiveClose()
    {
        _closeReceived = true;
        Abandon();
        _schedule(this);
    }

    public void ReceiveWindowAdjust(uint bytes)
    {
        if (Interlocked.Add(ref _peerWindow, bytes) > uint.MaxValue) throw SshProtocolException.Protocol("A window is larger than 2^32-1.");
        _schedule(this);
    }

    /// <summary>Ends the command from outside: its input fails, its token is cancelled.</summary>
    public void Abandon()
    {
        EndInput(new IOException("The client closed the channel."));

        try
        {
            // Not awaited: what the command registered there is the command's to finish.
            _ = _gone.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It came to its end at the same time.
        }
    }

    /// <summary>The command ended; what it wrote is sent before its status.</summary>
    public void Finish(int status)
    {
        Output.Complete();
        Error.Complete();
        Input.Complete();
        _exitStatus = status;
        Volatile.Write(ref _finished, true);
        _schedule(this);
    }

    /// <summary>The channel is in no table any more.</summary>
    public void Dispose()
    {
        _receiveWindow.Release();
        _gone.Dispose();
    }

    private void Accept(int length)
    {
        if (length > MaxData) throw SshProtocolException.Protocol("More data than a packet of a channel may hold.");
        if (_eofReceived) throw SshProtocolException.Protocol("Data after the end of a channel's data.");
        _receiveWindow.Accept(length);
    }

    private void EndInput(Exception? exception)
    {
        lock (_inputLock)
        {
            if (_inputEnded) return;
            _inputEnded = true;
        }

        Input.End(exception);
    }

    private void Consumed(long count)
    {
        if (_receiveWindow.Consumed(count)) _schedule(this);
    }
}
