using System.IO.Pipelines;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>One command as it came: the name is the client's bytes, which the report repeats; the update is null when the name is not allowed.</summary>
internal sealed record ReceivePackCommand(byte[] RawName, bool IsDelete, RefUpdate? Update, string? Fault);

/// <summary>The command list and push options of a push, gitprotocol-pack(5) "Reference Update Request"; the pack stays in the pipe.</summary>
internal sealed class ReceivePackRequest
{
    private const int HexLength = 40;
    private const int MaxShallowLines = 100_000;

    public required ReceivePackCapabilities Capabilities { get; init; }

    public required IReadOnlyList<ReceivePackCommand> Commands { get; init; }

    public required IReadOnlyList<string> PushOptions { get; init; }

    /// <summary>A pack follows unless every command deletes, allowed or not: waiting for one that never comes would hang the client.</summary>
    public bool HasPack => Commands.Any(static c => !c.IsDelete);

    /// <summary>Reads to the end of commands and push options; null for the lone flush by which clients probe.</summary>
    /// <exception cref="GitProtocolException">It is malformed, or over a limit.</exception>
    public static async ValueTask<ReceivePackRequest?> ReadAsync(
        PipeReader input, GitProtocolOptions options, CancellationToken cancellationToken)
    {
        var reader = new PktLineReader(input);
        var commands = new List<ReceivePackCommand>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        ReceivePackCapabilities? capabilities = null;
        var size = 0L;
        for (var shallow = 0; ;)
        {
            var line = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (line.Kind == PktKind.EndOfStream && commands.Count == 0) return null;
            if (line.Kind == PktKind.Flush) break;
            if (line.Kind != PktKind.Data) throw new GitProtocolException("the command list does not end with a flush");
            var text = line.Text;
            if (text.Span.StartsWith("shallow "u8))
            {
                // What the client does not have matters only if we do not have it either; connectivity finds that out.
                if (++shallow > MaxShallowLines) throw new GitProtocolException("too many shallow lines");
                continue;
            }

            if (text.Span.StartsWith("push-cert"u8)) throw new GitProtocolException("signed pushes (push certificates) are not supported; push without --signed");
            var nul = text.Span.IndexOf((byte)0);
            if (nul >= 0)
            {
                capabilities ??= ReceivePackCapabilities.Parse(text.Span[(nul + 1)..]);
                text = text[..nul];
            }

            size += text.Length;
            if (size > options.MaxCommandList) throw new GitProtocolException($"the commands of a push may have at most {options.MaxCommandList} bytes; push the refs in several parts");
            var command = Parse(text.Span);
            if (!names.Add(Encoding.Latin1.GetString(command.RawName))) throw new GitProtocolException("the push names one ref twice");
            commands.Add(command);
            if (commands.Count > options.MaxRefsPerPush) throw new GitProtocolException($"a push may change at most {options.MaxRefsPerPush} refs; push them in several parts");
        }

        if (commands.Count == 0) return null;
        capabilities ??= ReceivePackCapabilities.Parse(default);
        return new ReceivePackRequest
        {
            Capabilities = capabilities,
            Commands = commands,
            PushOptions = capabilities.PushOptions ? await ReadPushOptionsAsync(reader, options, cancellationToken).ConfigureAwait(false) : [],
        };
    }

    private static ReceivePackCommand Parse(ReadOnlySpan<byte> text)
    {
        const int NameAt = HexLength + 1 + HexLength + 1;
        if (text.Length <= NameAt || text[HexLength] != ' ' || text[NameAt - 1] != ' '
            || !ObjectId.TryParse(text[..HexLength], out var old) || !ObjectId.TryParse(text.Slice(HexLength + 1, HexLength), out var @new))
        {
            throw new GitProtocolException("a command is not 'old new ref'");
        }

        var raw = text[NameAt..].ToArray();
        return RefName.TryParse(text[NameAt..], out var name, out var fault)
            ? new ReceivePackCommand(raw, @new.IsZero, new RefUpdate(name, old, @new, null), null)
            : new ReceivePackCommand(raw, @new.IsZero, null, fault);
    }

    private static async ValueTask<IReadOnlyList<string>> ReadPushOptionsAsync(
        PktLineReader reader, GitProtocolOptions options, CancellationToken cancellationToken)
    {
        var pushOptions = new List<string>();
        while (true)
        {
            var line = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (line.Kind == PktKind.Flush) return pushOptions;
            if (line.Kind != PktKind.Data) throw new GitProtocolException("the push options do not end with a flush");
            if (pushOptions.Count >= options.MaxPushOptions) throw new GitProtocolException($"a push may have at most {options.MaxPushOptions} push options");
            if (line.Text.Length > options.MaxPushOptionLength) throw new GitProtocolException($"a push option may have at most {options.MaxPushOptionLength} bytes");
            var option = Encoding.UTF8.GetString(line.Text.Span);
            if (option.Any(char.IsControl)) throw new GitProtocolException("a push option contains a control character");
            pushOptions.Add(option);
        }
    }
}
