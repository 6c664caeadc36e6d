using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.Channels;

/// <summary>Reason codes of https://www.rfc-editor.org/rfc/rfc4254#section-5.1</summary>
internal enum OpenFailure
{
    AdministrativelyProhibited = 1,
    ConnectFailed = 2,
    UnknownChannelType = 3,
    ResourceShortage = 4,
}

/// <summary>Answers about channels.</summary>
internal static class ChannelMessages
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc4254#section-5.1</summary>
    public static byte[] OpenConfirmation(uint peer, uint local, int window, int maxPacket) =>
        Message.Create(MessageNumber.ChannelOpenConfirmation, (peer, local, window, maxPacket), static (writer, state) =>
        {
            writer.WriteUInt32(state.peer);
            writer.WriteUInt32(state.local);
            writer.WriteUInt32((uint)state.window);
            writer.WriteUInt32((uint)state.maxPacket);
        });

    /// <summary>https://www.rfc-editor.org/rfc/rfc4254#section-5.1</summary>
    public static byte[] OpenFailed(uint peer, OpenFailure reason, string text) =>
        Message.Create(MessageNumber.ChannelOpenFailure, (peer, reason, text), static (writer, state) =>
        {
            writer.WriteUInt32(state.peer);
            writer.WriteUInt32((uint)state.reason);
            writer.WriteString(state.text);
            writer.WriteString("");
        });

    /// <summary>https://www.rfc-editor.org/rfc/rfc4254#section-6.10</summary>
    public static byte[] ExitStatus(uint peer, int status) =>
        Message.Create(MessageNumber.ChannelRequest, (peer, status), static (writer, state) =>
        {
            writer.WriteUInt32(state.peer);
            writer.WriteString("exit-status");
            writer.WriteBoolean(false);
            writer.WriteUInt32((uint)state.status);
        });
}
