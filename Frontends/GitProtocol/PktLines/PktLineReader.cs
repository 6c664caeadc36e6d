using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace Granary.Frontends.GitProtocol.PktLines;

/// <summary>
/// Reads pkt-lines from a pipe and leaves what follows them (a pack) in it. The buffer for a line is as large as the longest line, never larger.
/// </summary>
public sealed class PktLineReader(PipeReader input)
{
    private byte[] _payload = new byte[1024];

    /// <exception cref="GitProtocolException">The line is malformed, or the stream ends within it.</exception>
    public async ValueTask<PktLine> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (result.IsCanceled)
            {
                input.AdvanceTo(buffer.Start);
                throw new OperationCanceledException();
            }

            if (buffer.Length >= 4)
            {
                if (!TryParseLength(buffer, out var length, out var fault))
                {
                    // The read is ended all the same: a frontend drains the request to get its refusal through.
                    input.AdvanceTo(buffer.Start);
                    throw new GitProtocolException(fault);
                }

                if (length < 4)
                {
                    input.AdvanceTo(buffer.GetPosition(4));
                    return new PktLine(length switch { 0 => PktKind.Flush, 1 => PktKind.Delimiter, _ => PktKind.ResponseEnd }, default);
                }

                if (buffer.Length >= length)
                {
                    var line = Copy(buffer.Slice(4, length - 4));
                    input.AdvanceTo(buffer.GetPosition(length));
                    return new PktLine(PktKind.Data, line);
                }
            }

            if (result.IsCompleted)
            {
                var isEmpty = buffer.IsEmpty;
                input.AdvanceTo(buffer.Start);
                return isEmpty ? new PktLine(PktKind.EndOfStream, default) : throw new GitProtocolException("the request ends within a pkt-line");
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool TryParseLength(ReadOnlySequence<byte> buffer, out int length, [NotNullWhen(false)] out string? fault)
    {
        Span<byte> digits = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(digits);
        Span<byte> value = stackalloc byte[2];
        var isHex = Convert.FromHexString(digits, value, out _, out _) == OperationStatus.Done;
        length = BinaryPrimitives.ReadUInt16BigEndian(value);
        if (!isHex)
            fault = "a pkt-line does not begin with four hexadecimal digits";
        else
            fault = length is 3 or > PktLine.MaxPayload + 4 ? "a pkt-line has an impossible length" : null;
        return fault is null;
    }

    private ReadOnlyMemory<byte> Copy(ReadOnlySequence<byte> payload)
    {
        var length = (int)payload.Length;
        if (_payload.Length < length) _payload = new byte[Math.Min(PktLine.MaxPayload, Math.Max(length, _payload.Length * 2))];
        payload.CopyTo(_payload);
        return _payload.AsMemory(0, length);
    }
}
