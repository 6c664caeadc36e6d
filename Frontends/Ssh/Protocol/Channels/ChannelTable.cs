using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>
/// The channels of a connection. A place is given back when both sides closed the channel and its command has ended, so
/// that a client cannot pile up commands by closing channels.
/// </summary>
internal sealed class ChannelTable(SshOptions options, WindowBudget budget, PacketWriter writer, SshInstruments instruments, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, SessionChannel> _channels = [];
    private uint _lastId;

    /// <summary>The last channel is gone.</summary>
    public Action? OnEmpty { get; set; }

    public int Count
    {
        get
        {
            lock (_lock) return _channels.Count;
        }
    }

    /// <summary>Null when there is no place.</summary>
    public SessionChannel? Open(uint peerId, uint peerWindow, uint peerMaxPacket)
    {
        lock (_lock)
        {
            if (_channels.Count >= options.MaxChannels)
            {
                instruments.Refused(ChannelLimit.Channels);
                return null;
            }

            var window = new ReceiveWindow(options.InitialWindow, options.MaxWindow, budget);
            var channel = new SessionChannel(_lastId++, peerId, peerWindow, peerMaxPacket, window, writer.Schedule, RemoveIfOver, time);
            _channels[channel.Id] = channel;
            instruments.ChannelOpened();
            return channel;
        }
    }

    public SessionChannel Get(uint id)
    {
        lock (_lock)
        {
            if (_channels.TryGetValue(id, out var channel) && !channel.CloseReceived) return channel;
        }

        throw SshProtocolException.Protocol("A message is for a channel that is not open.");
    }

    public SessionChannel[] All()
    {
        lock (_lock) return [.. _channels.Values];
    }

    public void RemoveIfOver(SessionChannel channel)
    {
        if (!channel.IsClosed || !channel.Command.IsCompleted) return;
        Remove(channel);
    }

    public void Remove(SessionChannel channel)
    {
        bool isEmpty;
        lock (_lock)
        {
            if (!_channels.Remove(channel.Id)) return;
            isEmpty = _channels.Count == 0;
        }

        channel.Dispose();
        instruments.ChannelClosed();
        if (isEmpty) OnEmpty?.Invoke();
    }
}
