using Granary.Grains.Git.Reading.Text;
using System.Buffers.Text;
using System.Text;
using Granary.Hooks.Commits;

namespace Granary.Grains.Hooks.Commits.Reading;

/// <summary>What is registered of a commit, read from its object; whatever stands there, something comes out.</summary>
/// <remarks>https://git-scm.com/docs/user-manual#commit-object</remarks>
internal sealed record CommitObject(CommitSignature Author, CommitSignature Committer, string Message)
{
    /// <summary>Characters of a name or a mail address.</summary>
    private const int MaxName = 256;

    private const int MinutesOfDay = 24 * 60;

    /// <summary>The largest difference from UTC that a clock can have here; git writes any.</summary>
    private const int MaxOffset = 14 * 60;

    private static CommitSignature Nobody { get; } = new("", "", DateTimeOffset.UnixEpoch);

    /// <param name="raw">The object without its git header, or its beginning.</param>
    public static CommitObject Parse(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> author = default, committer = default, encodingName = default;
        while (raw.Length > 0)
        {
            var end = raw.IndexOf((byte)'\n');
            var line = end < 0 ? raw : raw[..end];
            raw = end < 0 ? default : raw[(end + 1)..];
            if (line.Length == 0) break;
            if (line.StartsWith("author "u8)) author = line[7..];
            else if (line.StartsWith("committer "u8)) committer = line[10..];
            else if (line.StartsWith("encoding "u8)) encodingName = line[9..];
        }

        var encoding = CommitEncoding.Find(encodingName);
        return new CommitObject(ReadSignature(author, encoding), ReadSignature(committer, encoding), CommitEncoding.Decode(encoding, raw).TrimEnd());
    }

    /// <summary>The text up to a number of characters, none of them cut in half.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static CommitSignature ReadSignature(ReadOnlySpan<byte> line, Encoding encoding)
    {
        var close = line.LastIndexOf((byte)'>');
        var open = close < 0 ? -1 : line[..close].IndexOf((byte)'<');
        if (open < 0) return Nobody with { Name = Text(line, encoding) };
        return new CommitSignature(Text(line[..open], encoding), Text(line[(open + 1)..close], encoding), ReadTime(line[(close + 1)..].Trim((byte)' ')));
    }

    private static string Text(ReadOnlySpan<byte> bytes, Encoding encoding) =>
        Cut(CommitEncoding.Decode(encoding, bytes[..Math.Min(bytes.Length, MaxName * 4)]).Replace('\n', ' ').Trim(), MaxName);

    private static DateTimeOffset ReadTime(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out long seconds, out var read)) return DateTimeOffset.UnixEpoch;
        // A day from the ends of the calendar, so that no difference from UTC leads out of it.
        var first = DateTimeOffset.MinValue.ToUnixTimeSeconds() + (MinutesOfDay * 60);
        var last = DateTimeOffset.MaxValue.ToUnixTimeSeconds() - (MinutesOfDay * 60);
        return DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, first, last)).ToOffset(ReadOffset(text[read..].Trim((byte)' ')));
    }

    private static TimeSpan ReadOffset(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] is not ((byte)'+' or (byte)'-') || !Utf8Parser.TryParse(text[1..], out int hoursAndMinutes, out _)) return TimeSpan.Zero;
        if (hoursAndMinutes is < 0 or > 2400) return TimeSpan.Zero;
        var minutes = (hoursAndMinutes / 100 * 60) + (hoursAndMinutes % 100);
        return minutes > MaxOffset ? TimeSpan.Zero : TimeSpan.FromMinutes(text[0] == '-' ? -minutes : minutes);
    }
}
