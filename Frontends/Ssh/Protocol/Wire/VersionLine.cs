using System.Buffers;

namespace Granary.Frontends.Ssh.Protocol.Wire;

/// <summary>The identification string, https://www.rfc-editor.org/rfc/rfc4253#section-4.2</summary>
internal static class VersionLine
{
    private const int MaxLength = 255;

    /// <summary>Ours, without its line end.</summary>
    public static ReadOnlySpan<byte> Server => "SSH-2.0-Granary"u8;

    /// <summary>Takes the client's line off the front, without its line end; false if more is needed.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> received, out byte[] line)
    {
        line = [];
        var reader = new SequenceReader<byte>(received);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> read, (byte)'\n'))
        {
            if (received.Length >= MaxLength) throw Malformed();
            return false;
        }

        if (read.Length >= MaxLength) throw Malformed();
        var text = read.ToArray().AsSpan();
        if (text.EndsWith("\r"u8)) text = text[..^1];
        if (!text.StartsWith("SSH-2.0-"u8) && !text.StartsWith("SSH-1.99-"u8)) throw Malformed();
        if (text.ContainsAnyInRange((byte)0, (byte)0x1f)) throw Malformed();
        line = text.ToArray();
        received = received.Slice(reader.Position);
        return true;
    }

    private static SshProtocolException Malformed() => new(DisconnectReason.VersionNotSupported, "Not an SSH 2.0 client.");
}
