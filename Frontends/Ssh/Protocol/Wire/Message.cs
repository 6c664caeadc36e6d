using System.Buffers;

namespace Granary.Frontends.Ssh.Protocol.Wire;

/// <summary>Makes the payload of one message. For control messages: those of the data path are written where they are sent.</summary>
internal static class Message
{
    public delegate void Body<in TState>(SshWriter writer, TState state);

    public static byte[] Create<TState>(byte number, TState state, Body<TState> body)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        var writer = new SshWriter(buffer);
        writer.WriteByte(number);
        body(writer, state);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-11.1</summary>
    public static byte[] Disconnect(DisconnectReason reason, string text) =>
        Create(MessageNumber.Disconnect, (reason, text), static (writer, state) =>
        {
            writer.WriteUInt32((uint)state.reason);
            writer.WriteString(state.text);
            writer.WriteString("");
        });

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-11.4</summary>
    public static byte[] Unimplemented(uint sequence) =>
        Create(MessageNumber.Unimplemented, sequence, static (writer, state) => writer.WriteUInt32(state));

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-10</summary>
    public static byte[] ServiceAccept(string service) =>
        Create(MessageNumber.ServiceAccept, service, static (writer, state) => writer.WriteString(state));

    /// <summary>https://www.rfc-editor.org/rfc/rfc8308#section-2.3</summary>
    public static byte[] ExtInfo(string signatureAlgorithms) =>
        Create(MessageNumber.ExtInfo, signatureAlgorithms, static (writer, state) =>
        {
            writer.WriteUInt32(1);
            writer.WriteString("server-sig-algs");
            writer.WriteString(state);
        });

    /// <summary>A message of channel number only: success, failure, EOF, close.</summary>
    public static byte[] Channel(byte number, uint channel) =>
        Create(number, channel, static (writer, state) => writer.WriteUInt32(state));
}
