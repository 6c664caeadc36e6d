namespace Granary.Frontends.GitProtocol.PktLines;

/// <summary>What a pkt-line is, gitprotocol-common(5) and gitprotocol-v2(5).</summary>
public enum PktKind
{
    Data = 0,

    /// <summary><c>0000</c></summary>
    Flush = 1,

    /// <summary><c>0001</c></summary>
    Delimiter = 2,

    /// <summary><c>0002</c></summary>
    ResponseEnd = 3,

    /// <summary>The stream ended between two lines.</summary>
    EndOfStream = 4,
}

/// <summary>One line; <see cref="Payload"/> is valid until the next read.</summary>
public readonly record struct PktLine(PktKind Kind, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The most bytes of payload in a line.</summary>
    public const int MaxPayload = 65516;

    /// <summary>The payload without the line feed that text lines may end in.</summary>
    public ReadOnlyMemory<byte> Text => Payload.Length > 0 && Payload.Span[^1] == (byte)'\n' ? Payload[..^1] : Payload;
}

/// <summary>The peer broke the protocol; the message tells it how.</summary>
public sealed class GitProtocolException : Exception
{
    public GitProtocolException(string message)
        : base(message)
    {
    }
}
