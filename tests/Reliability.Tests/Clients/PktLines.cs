using System.Globalization;
using System.Text;

namespace Granary.Reliability.Tests.Clients;

/// <summary>git's pkt-lines, gitprotocol-common(5), written apart from the server's so that both cannot err alike.</summary>
internal static class PktLines
{
    public const string Flush = "0000";
    public const string Delimiter = "0001";

    /// <summary>One line of text.</summary>
    public static string Of(string text) =>
        (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    /// <summary>The payloads; flushes and delimiters are empty ones.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length >= 4)
        {
            var length = int.Parse(Encoding.ASCII.GetString(bytes.Span[..4]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (length < 4)
            {
                yield return ReadOnlyMemory<byte>.Empty;
                bytes = bytes[4..];
                continue;
            }

            if (length > bytes.Length) throw new InvalidDataException("The last pkt-line is torn.");
            yield return bytes[4..length];
            bytes = bytes[length..];
        }

        if (bytes.Length > 0) throw new InvalidDataException("The last pkt-line is torn.");
    }

    /// <summary>What came in one band of a side-band stream.</summary>
    public static byte[] Band(ReadOnlyMemory<byte> bytes, byte band)
    {
        using var all = new MemoryStream();
        foreach (var line in Read(bytes))
        {
            if (line.Length > 1 && line.Span[0] == band) all.Write(line.Span[1..]);
        }

        return all.ToArray();
    }
}
