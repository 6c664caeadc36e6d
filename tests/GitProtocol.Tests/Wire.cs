using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Granary.Frontends.GitProtocol.Tests;

/// <summary>Bytes as a peer would send them. Latin-1 maps each char to one byte, so that tests can write any byte as text.</summary>
internal static class Wire
{
    public const string Flush = "0000";
    public const string Delimiter = "0001";

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>One pkt-line, written independently of the code under test.</summary>
    public static string Line(string payload) => (payload.Length + 4).ToString("x4", CultureInfo.InvariantCulture) + payload;

    public static string Lines(params IEnumerable<string> payloads) => string.Concat(payloads.Select(Line));

    public static PipeReader Reader(string text) => Reader(Bytes(text));

    public static PipeReader Reader(byte[] bytes) => PipeReader.Create(new ReadOnlySequence<byte>(bytes));

    /// <summary>All of the bytes at once, in segments of a few bytes.</summary>
    public static PipeReader Reader(byte[] bytes, int segmentLength) => PipeReader.Create(Segment.Sequence(bytes, segmentLength));

    /// <summary>Splits pkt-lines; a flush is "0000", a delimiter "0001".</summary>
    public static List<string> Split(string text) => Split(Bytes(text));

    public static List<string> Split(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<string>();
        while (bytes.Length > 0)
        {
            var length = int.Parse(Text(bytes[..4]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            lines.Add(length < 4 ? Text(bytes[..4]) : Text(bytes[4..length]));
            bytes = bytes[Math.Max(4, length)..];
        }

        return lines;
    }

    public static async Task<string> RestAsync(PipeReader reader)
    {
        var rest = new StringBuilder();
        while (true)
        {
            var result = await reader.ReadAsync(Cancel);
            rest.Append(Text(result.Buffer.ToArray()));
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return rest.ToString();
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        private Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public static ReadOnlySequence<byte> Sequence(byte[] bytes, int length)
        {
            if (bytes.Length == 0) return ReadOnlySequence<byte>.Empty;
            var first = new Segment(bytes.AsMemory(0, Math.Min(length, bytes.Length)), 0);
            var last = first;
            for (var at = first.Memory.Length; at < bytes.Length; at += length)
            {
                var next = new Segment(bytes.AsMemory(at, Math.Min(length, bytes.Length - at)), at);
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
