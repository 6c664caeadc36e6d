using System.Buffers.Text;
using System.Text;
using Granary.Git.Reading;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Reading.Text;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Commits;

/// <summary>Reads commit objects, whatever stands in them: https://git-scm.com/docs/user-manual#commit-object</summary>
internal static class CommitParser
{
    /// <summary>Bytes of a message that are shown.</summary>
    public const int MaxMessage = 1 << 20;

    private const int MaxLine = 4096;
    private const int MaxOffset = (99 * 60) + 59;

    /// <summary>The years 1 to 9999, which are all that a calendar of the API has.</summary>
    private static readonly (long First, long Last) Times =
        (DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());

    /// <exception cref="BeyondBudgetException">It is no commit.</exception>
    public static Commit Parse(ObjectId id, ReadOnlySpan<byte> raw, int maxMessage = MaxMessage)
    {
        var (tree, parents) = ObjectLinks.OfCommit(raw);
        ReadOnlySpan<byte> author = default, committer = default, encodingName = default;
        ObjectSignature? signature = null;
        var headers = new ObjectHeaders(raw);
        while (headers.MoveNext())
        {
            if (headers.Name.SequenceEqual("author"u8)) author = headers.Value;
            else if (headers.Name.SequenceEqual("committer"u8)) committer = headers.Value;
            else if (headers.Name.SequenceEqual("encoding"u8)) encodingName = headers.Value;
            else if (headers.Name.SequenceEqual("gpgsig"u8)) signature = SignatureKey.Read(headers.Value);
        }

        var rest = headers.Rest;
        var encoding = CommitEncoding.Find(encodingName);
        var isCut = rest.Length > maxMessage;
        return new Commit(
            id, tree, parents, ReadPerson(author, encoding), ReadPerson(committer, encoding),
            CommitEncoding.Decode(encoding, isCut ? rest[..maxMessage] : rest), isCut,
            encodingName.IsEmpty ? null : Encoding.ASCII.GetString(encodingName[..Math.Min(encodingName.Length, 64)]), signature);
    }

    /// <summary>The committer's time, by which histories are sorted; 0 when there is none.</summary>
    public static long TimeOf(ReadOnlySpan<byte> raw)
    {
        var headers = new ObjectHeaders(raw);
        while (headers.MoveNext())
        {
            if (headers.Name.SequenceEqual("committer"u8)) return TimeOfPerson(headers.Value);
        }

        return 0;
    }

    /// <summary>When somebody did it, of a line that says who; 0 when it does not say.</summary>
    public static long TimeOfPerson(ReadOnlySpan<byte> line) => ReadTime(line[(line.LastIndexOf((byte)'>') + 1)..]).Seconds;

    public static Person ReadPerson(ReadOnlySpan<byte> line, Encoding encoding)
    {
        var close = line.LastIndexOf((byte)'>');
        var open = close < 0 ? -1 : line[..close].IndexOf((byte)'<');
        if (open < 0) return new Person(Text(line, encoding), "", 0, 0);
        var end = open + line[open..].IndexOf((byte)'>');
        var (seconds, offset) = ReadTime(line[(close + 1)..]);
        return new Person(Text(line[..open], encoding), Text(line[(open + 1)..end], encoding), seconds, offset);
    }

    private static string Text(ReadOnlySpan<byte> bytes, Encoding encoding) =>
        CommitEncoding.Decode(encoding, bytes[..Math.Min(bytes.Length, MaxLine)]).Trim();

    private static (long Seconds, int OffsetMinutes) ReadTime(ReadOnlySpan<byte> text)
    {
        text = text.Trim((byte)' ');
        if (!Utf8Parser.TryParse(text, out long seconds, out var read) || seconds < Times.First || seconds > Times.Last) return (0, 0);
        var zone = text[read..].Trim((byte)' ');
        if (zone.Length < 2 || zone[0] is not ((byte)'+' or (byte)'-') || !Utf8Parser.TryParse(zone[1..], out int number, out _)) return (seconds, 0);
        var minutes = (number / 100 * 60) + (number % 100);
        return (seconds, number < 0 || minutes > MaxOffset ? 0 : zone[0] == '-' ? -minutes : minutes);
    }
}
