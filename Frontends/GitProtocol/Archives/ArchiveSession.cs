using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Archives;

/// <summary>
/// <c>git archive --remote</c> (git-upload-archive(1)): the client sends its arguments and a flush, and gets an archive in
/// side-band frames. The request is read whole before git starts, so a slow client holds nothing.
/// </summary>
public sealed class ArchiveSession(IRefCache refCache, IUploadPack places, IUploadArchive git, TimeProvider time)
{
    /// <summary>As git's own server has it.</summary>
    private const int MaxArguments = 64;

    private const int MaxArgumentLength = 4096;

    /// <summary>git's words when it cannot make an archive, whatever for.</summary>
    private const string ArchiverDied = "git upload-archive: archiver died with error";

    /// <summary>The length of a line, and the word before each argument.</summary>
    private static readonly int Head = "0000argument ".Length;

    /// <exception cref="GitProtocolException">The client broke the protocol.</exception>
    /// <exception cref="GitBusyException">Too many git processes run; nothing was answered.</exception>
    /// <exception cref="GitProcessException">git failed; what it said is in the answer.</exception>
    public async Task ServeAsync(
        RepositoryId repository, Requester requester, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        if (await ReadAsync(request, cancellationToken).ConfigureAwait(false) is not { } arguments) return;
        var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
        if (refs.HiddenRefs is { Count: > 0 } && FindHidden(arguments, refs) is { } name)
        {
            response.WritePkt("ACK\n"u8);
            response.WriteFlush();
            response.WritePkt([2, .. Encoding.UTF8.GetBytes($"fatal: no such ref: {name}\n")]);
            response.WritePkt([3, .. Encoding.UTF8.GetBytes(ArchiverDied)]);
            await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            throw new GitProcessException("sent error to the client: " + ArchiverDied, GitProcessException.Died) { HasAnswered = true };
        }

        using var place = await places.EnterAsync(repository, requester, GitWork.Archive, cancellationToken).ConfigureAwait(false);
        await git.RunAsync(repository, arguments, new PausingPipeWriter(response, place, time), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The name, if there is one, by which git would find what is hidden; git itself hides nothing from archives. Which argument is
    /// the name only git's parser of options knows, so none may be one. A name of 40 hex digits is taken by git for an object
    /// where a branch is called so.
    /// </summary>
    private static string? FindHidden(ReadOnlyMemory<byte> arguments, RefSnapshot refs)
    {
        var rest = arguments.Span;
        while (rest.Length > Head)
        {
            var length = int.Parse(rest[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var argument = Encoding.UTF8.GetString(rest[Math.Min(Head, length)..length]).TrimEnd('\n');
            var name = argument.Split(':')[0];
            if (ObjectId.TryParse(Encoding.UTF8.GetBytes(name), out _) || RefLookup.FindsHidden(refs, name)) return name;
            rest = rest[length..];
        }

        return null;
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(PipeReader request, CancellationToken cancellationToken)
    {
        var reader = new PktLineReader(request);
        var raw = new ArrayBufferWriter<byte>();
        for (var count = 0; ; count++)
        {
            var line = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (line.Kind == PktKind.EndOfStream && count == 0) return null;
            if (line.Kind == PktKind.Flush)
            {
                raw.WriteFlush();
                return raw.WrittenMemory;
            }

            if (line.Kind != PktKind.Data || !line.Text.Span.StartsWith("argument "u8)) throw new GitProtocolException("the request is no list of arguments");
            if (count >= MaxArguments) throw new GitProtocolException($"an archive may be asked for with at most {MaxArguments} arguments");
            if (line.Payload.Length > MaxArgumentLength) throw new GitProtocolException($"an argument may have at most {MaxArgumentLength} bytes");
            raw.WritePkt(line.Payload.Span);
        }
    }
}
