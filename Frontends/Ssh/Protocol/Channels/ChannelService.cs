using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>The connection protocol, https://www.rfc-editor.org/rfc/rfc4254: what a logged-in client may ask for.</summary>
internal sealed class ChannelService(ChannelTable channels, CommandRunner commands, PacketWriter writer, SshOptions options, SshInstruments instruments)
{
    private const int MinPeerMaxPacket = 9;
    private readonly List<SessionChannel> _undelivered = [];
    private bool _noMoreSessions;

    /// <summary>The server is stopping: no new channels.</summary>
    public bool Draining { get; set; }

    /// <summary>Answers to our own questions that came in.</summary>
    public Action? OnAnswer { get; set; }

    public void Handle(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        switch (reader.ReadByte())
        {
            case MessageNumber.GlobalRequest:
                HandleGlobalRequest(ref reader);
                break;
            case MessageNumber.RequestSuccess or MessageNumber.RequestFailure:
                OnAnswer?.Invoke();
                break;
            case MessageNumber.ChannelOpen:
                HandleOpen(ref reader);
                break;
            case MessageNumber.ChannelWindowAdjust:
                HandleWindowAdjust(ref reader);
                break;
            case MessageNumber.ChannelData:
                HandleData(ref reader);
                break;
            case MessageNumber.ChannelExtendedData:
                HandleExtendedData(ref reader);
                break;
            case MessageNumber.ChannelEof:
                Only(ref reader).ReceiveEof();
                break;
            case MessageNumber.ChannelClose:
                var closed = Only(ref reader);
                closed.ReceiveClose();
                channels.RemoveIfOver(closed);
                break;
            case MessageNumber.ChannelRequest:
                HandleRequest(ref reader);
                break;
            default:
                // 91, 92, 99, 100: we open no channels and ask for nothing in them.
                throw SshProtocolException.Protocol("An answer to what was never asked.");
        }
    }

    /// <summary>
    /// Gives commands what came for them. Called when everything that was received is handled, for to wake a command costs more
    /// than to decrypt its packet.
    /// </summary>
    public void Deliver()
    {
        foreach (var channel in _undelivered) channel.DeliverData();
        _undelivered.Clear();
    }

    private SessionChannel Only(ref SshReader reader)
    {
        var channel = channels.Get(reader.ReadUInt32());
        reader.ExpectEnd();
        return channel;
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4254#section-4</summary>
    private void HandleGlobalRequest(ref SshReader reader)
    {
        if (reader.ReadString(256).SequenceEqual("no-more-sessions@openssh.com"u8)) _noMoreSessions = true;
        if (reader.ReadBoolean()) writer.Enqueue([MessageNumber.RequestFailure]);
    }

    private void HandleOpen(ref SshReader reader)
    {
        var isSession = reader.ReadString(256).SequenceEqual("session"u8);
        var peerId = reader.ReadUInt32();
        var window = reader.ReadUInt32();
        var maxPacket = reader.ReadUInt32();
        if (!isSession)
        {
            Refuse(peerId, OpenFailure.AdministrativelyProhibited, "Only sessions can be opened.");
            return;
        }

        reader.ExpectEnd();
        if (Draining || _noMoreSessions)
        {
            Refuse(peerId, OpenFailure.AdministrativelyProhibited, "No more sessions.");
        }
        else if (maxPacket < MinPeerMaxPacket)
        {
            Refuse(peerId, OpenFailure.ConnectFailed, "The maximum packet size is too small.");
        }
        else if (channels.Open(peerId, window, maxPacket) is { } channel)
        {
            writer.Enqueue(ChannelMessages.OpenConfirmation(peerId, channel.Id, options.InitialWindow, SessionChannel.MaxData));
        }
        else
        {
            Refuse(peerId, OpenFailure.ResourceShortage, "Too many sessions.");
        }
    }

    private void Refuse(uint peerId, OpenFailure reason, string text) => writer.Enqueue(ChannelMessages.OpenFailed(peerId, reason, text));

    private void HandleWindowAdjust(ref SshReader reader)
    {
        var channel = channels.Get(reader.ReadUInt32());
        channel.ReceiveWindowAdjust(reader.ReadUInt32());
        reader.ExpectEnd();
    }

    private void HandleData(ref SshReader reader)
    {
        var channel = channels.Get(reader.ReadUInt32());
        var data = reader.ReadString();
        reader.ExpectEnd();
        if (channel.ReceiveData(data)) _undelivered.Add(channel);
    }

    private void HandleExtendedData(ref SshReader reader)
    {
        var channel = channels.Get(reader.ReadUInt32());
        reader.ReadUInt32();
        var data = reader.ReadString();
        reader.ExpectEnd();
        channel.ReceiveExtendedData(data.Length);
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4254#section-6</summary>
    private void HandleRequest(ref SshReader reader)
    {
        var channel = channels.Get(reader.ReadUInt32());
        var type = reader.ReadString(256);
        var wantsReply = reader.ReadBoolean();
        var command = default(ReadOnlyMemory<byte>?);
        var runs = false;
        var accepted = false;
        if (type.SequenceEqual("env"u8))
        {
            var name = reader.ReadString();
            var value = reader.ReadString();
            reader.ExpectEnd();
            accepted = !channel.Started && channel.Environment.TrySet(name, value, options, instruments);
        }
        else if (type.SequenceEqual("exec"u8))
        {
            var line = reader.ReadString();
            reader.ExpectEnd();
            if (line.Length > options.MaxCommandLine) instruments.Refused(ChannelLimit.CommandLine);
            runs = accepted = !channel.Started && line.Length <= options.MaxCommandLine;
            if (accepted) command = line.ToArray();
        }
        else if (type.SequenceEqual("shell"u8))
        {
            reader.ExpectEnd();
            runs = accepted = !channel.Started;
        }

        if (wantsReply && !channel.CloseSent)
            writer.Enqueue(Message.Channel(accepted ? MessageNumber.ChannelSuccess : MessageNumber.ChannelFailure, channel.PeerId), channel);
        if (runs) commands.Start(channel, command);
    }
}
