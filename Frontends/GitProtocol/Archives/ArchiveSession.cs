using System.Buffers;
using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Archives;

/// <summary>
/// <c>git archive --remote</c> (git-upload-archive(1)): the client sends its arguments and a flush, and gets an archive in
/// side-band frames. The request is read whole before git starts, so a slow client holds nothing.
/// </summary>
public sealed class ArchiveSession(IUploadPack places, IUploadArchive git)
{
    /// <summary>As git's own server has it.</summary>
    private const int MaxArguments = 64;

    private const int MaxArgumentLength = 4096;

    /// <exception cref="GitProtocolException">The client broke the protocol.</exception>
    /// <exception cref="GitBusyException">Too many git processes run; nothing was answered.</exception>
    /// <exception cref="GitProcessException">git failed; what it said is in the answer.</exception>
    public async Task ServeAsync(RepositoryId repository, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        if (await ReadAsync(request, cancellationToken).ConfigureAwait(false) is not { } arguments) return;
        using var place = await places.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        await git.RunAsync(repository, arguments, response, cancellationToken).ConfigureAwait(false);
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
