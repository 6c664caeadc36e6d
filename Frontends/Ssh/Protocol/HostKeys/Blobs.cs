using System.Buffers;
using Granary.Frontends.Ssh.Protocol.Wire;

namespace Granary.Frontends.Ssh.Protocol.HostKeys;

/// <summary>Byte strings in wire format that are not messages.</summary>
internal static class Blobs
{
    public static byte[] Create<TState>(TState state, Message.Body<TState> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        body(new SshWriter(buffer), state);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>https://www.rfc-editor.org/rfc/rfc4253#section-6.6</summary>
    public static byte[] Signature(string algorithm, byte[] signature) => Create((algorithm, signature), static (writer, state) =>
    {
        writer.WriteString(state.algorithm);
        writer.WriteString(state.signature);
    });
}
