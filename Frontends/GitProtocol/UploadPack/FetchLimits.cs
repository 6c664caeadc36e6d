using System.Globalization;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// Counts the lines of one fetch, of any version, as they come: a list longer than anybody needs is refused before git reads it.
/// </summary>
internal sealed class FetchLimits(GitProtocolOptions options)
{
    private int _wants;
    private int _haves;
    private int _shallows;
    private int _deepens;
    private int _filters;

    /// <summary>
    /// Why the filter that was asked for is not served, null when it is. Whoever typed it is to read that, so it is answered in the
    /// protocol and not as a broken request.
    /// </summary>
    public string? Refusal { get; private set; }

    /// <param name="line">The content of a line, with or without its line feed.</param>
    /// <exception cref="GitProtocolException">One line too many of its kind.</exception>
    public void Count(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\n"u8)) line = line[..^1];
        if (line.StartsWith("have "u8)) Add(ref _haves, options.MaxHaves, "have");
        if (line.StartsWith("want "u8)) Add(ref _wants, options.MaxWants, "want");
        if (line.StartsWith("shallow "u8)) Add(ref _shallows, options.MaxShallows, "shallow");
        if (line.StartsWith("deepen"u8) && !line.SequenceEqual("deepen-relative"u8)) Add(ref _deepens, options.MaxDeepens, "deepen");
        if (!line.StartsWith("filter "u8)) return;
        Add(ref _filters, 1, "filter");
        Refusal = new FetchFilter(options).FindFault(line["filter ".Length..]);
    }

    /// <summary>Counts the lines of a whole request; what is no line is git's to judge.</summary>
    /// <exception cref="GitProtocolException">One line too many of its kind.</exception>
    public void CountAll(ReadOnlySpan<byte> request)
    {
        while (request.Length >= 4 && TryParseLength(request[..4], out var length) && length <= request.Length)
        {
            if (length > 4) Count(request[4..length]);
            request = request[Math.Max(length, 4)..];
        }
    }

    private static bool TryParseLength(ReadOnlySpan<byte> digits, out int length) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out length);

    private static void Add(ref int count, int most, string kind)
    {
        if (++count > most) throw new GitProtocolException($"fetch: more than {most} '{kind}' lines");
    }
}
