using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>One v2 command request read whole: <c>command=…</c>, capabilities, a delimiter, arguments, a flush (gitprotocol-v2(5), Command Request).</summary>
internal sealed class V2Request
{
    private const int MaxCapabilities = 100;

    /// <summary>Arguments of an <c>ls-refs</c> that are no prefixes.</summary>
    private const int MaxFlags = 16;

    private V2Request(string command, ReadOnlyMemory<byte> raw, List<byte[]> arguments, List<string> wantRefs, string? refusal)
    {
        Command = command;
        Raw = raw;
        Arguments = arguments;
        WantRefs = wantRefs;
        Refusal = refusal;
    }

    public string Command { get; }

    /// <summary>The request as it came, for git, but for <see cref="WantRefs"/> and the closing flush.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The argument lines of an <c>ls-refs</c> without line feeds; empty for other commands, which git parses.</summary>
    public IReadOnlyList<byte[]> Arguments { get; }

    /// <summary>The <c>want-ref</c> arguments of a <c>fetch</c>.</summary>
    public IReadOnlyList<string> WantRefs { get; }

    /// <summary>Why a <c>fetch</c> is not served, for the client's user; null when it is.</summary>
    public string? Refusal { get; }

    /// <summary>Reads up to the closing flush; null for an empty request or a lone flush.</summary>
    /// <exception cref="GitProtocolException">It is malformed or over a limit.</exception>
    public static async ValueTask<V2Request?> ReadAsync(PipeReader input, GitProtocolOptions options, CancellationToken cancellationToken)
    {
        var limit = options.MaxFetchRequest;
        var reader = new PktLineReader(input);
        var first = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (first.Kind is PktKind.EndOfStream or PktKind.Flush) return null;
        if (first.Kind != PktKind.Data || !first.Text.Span.StartsWith("command="u8)) throw new GitProtocolException("the request does not begin with a command");
        var command = Encoding.UTF8.GetString(first.Text.Span["command=".Length..]);
        if (command.Length > 40 || !command.All(static c => char.IsAsciiLetterLower(c) || c == '-')) throw new GitProtocolException("unknown command");

        var raw = new ArrayBufferWriter<byte>();
        raw.WritePkt(first.Payload.Span);
        var arguments = new List<byte[]>();
        var wantRefs = new List<string>();
        var limits = new FetchLimits(options);
        var inArguments = false;
        for (var lines = 0; ; lines++)
        {
            var line = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            switch (line.Kind)
            {
                case PktKind.Flush:
                    return new V2Request(command, raw.WrittenMemory, arguments, wantRefs, limits.Refusal);
                case PktKind.Delimiter when !inArguments:
                    raw.WriteDelimiter();
                    inArguments = true;
                    break;
                case PktKind.Data:
                    if (raw.WrittenCount + line.Payload.Length > limit) throw new GitProtocolException($"the request is larger than {limit} bytes");
                    if (!inArguments && lines > MaxCapabilities) throw new GitProtocolException("too many capabilities");
                    var text = line.Text.Span;
                    if (!inArguments) CheckCapability(text);
                    if (inArguments && command == "ls-refs")
                    {
                        // Counted as they come: the least lines take eight times their size in memory.
                        if (arguments.Count >= options.MaxRefPrefixes + MaxFlags)
                            throw new GitProtocolException($"ls-refs: more than {options.MaxRefPrefixes} ref-prefix arguments");
                        arguments.Add(text.ToArray());
                    }

                    if (inArguments && command == "fetch") limits.Count(text);
                    if (inArguments && command == "fetch" && text.StartsWith("want-ref "u8))
                    {
                        if (wantRefs.Count >= options.MaxWantedRefs) throw new GitProtocolException($"fetch: more than {options.MaxWantedRefs} want-ref arguments");
                        wantRefs.Add(Encoding.UTF8.GetString(text["want-ref ".Length..]));
                    }
                    else
                    {
                        raw.WritePkt(line.Payload.Span);
                    }

                    break;
                default:
                    throw new GitProtocolException("the request ends before its flush");
            }
        }
    }

    private static void CheckCapability(ReadOnlySpan<byte> capability)
    {
        if (capability.StartsWith("object-format="u8) && !capability.SequenceEqual("object-format=sha1"u8))
            throw new GitProtocolException("the repository's object format is sha1");
    }
}
