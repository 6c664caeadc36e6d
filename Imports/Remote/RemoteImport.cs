using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Imports.Sources;
using Granary.Repositories;

namespace Granary.Imports.Remote;

/// <summary>An import from another server: a clone over smart HTTP, protocol v2, gitprotocol-v2(5).</summary>
internal sealed class RemoteImport(
    RemoteUrl source, RemoteHttp http, ImportOptions options, TimeProvider time, IImportListener listener) : IImportSource
{
    private readonly PackPipe _pipe = new();
    private RemoteUrl _url = source;
    private RemoteCapabilities? _capabilities;
    private RemoteAnswer? _pack;

    public long Received { get; private set; }

    public async Task ReadRefsAsync(SourceRefs refs, CancellationToken cancellationToken)
    {
        (_url, _capabilities) = await RemoteDiscovery.RunAsync(http, _url, options, time, cancellationToken).ConfigureAwait(false);
        var answer = await PostAsync(RemoteRequests.LsRefs(_capabilities), cancellationToken).ConfigureAwait(false);
        await using (answer.ConfigureAwait(false))
        {
            for (var line = await answer.ReadAsync().ConfigureAwait(false); line.Kind == PktKind.Data; line = await answer.ReadAsync().ConfigureAwait(false))
                RemoteRefLine.Read(line.Text.Span, refs);
        }
    }

    public async Task<PipeReader> OpenPackAsync(IReadOnlyCollection<ObjectId> wanted, CancellationToken cancellationToken)
    {
        _pack = await PostAsync(RemoteRequests.Fetch(_capabilities!, wanted), cancellationToken).ConfigureAwait(false);
        var section = await _pack.ReadAsync().ConfigureAwait(false);
        if (section.Text.Span.SequenceEqual("shallow-info"u8))
            throw new ImportRefusedException(RefusalKind.FailedPrecondition, "The source is a shallow clone and has not its whole history.");
        if (!section.Text.Span.SequenceEqual("packfile"u8)) throw new ImportRefusedException("The source does not answer as a git server does.");
        _pipe.Fill(FillAsync);
        return _pipe.Reader;
    }

    public async ValueTask DisposeAsync()
    {
        await _pipe.DisposeAsync().ConfigureAwait(false);
        if (_pack is not null) await _pack.DisposeAsync().ConfigureAwait(false);
    }

    private async Task FillAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        while (await _pack!.ReadAsync().ConfigureAwait(false) is { Kind: PktKind.Data, Payload: { Length: > 0 } payload })
        {
            const byte Data = 1, Error = 3;
            if (payload.Span[0] == Error) throw RemoteAnswer.Said(payload.Span[1..]);
            if (payload.Span[0] != Data) continue;
            Received += payload.Length - 1;
            listener.Received(Received);
            var flush = await output.WriteAsync(payload[1..], cancellationToken).ConfigureAwait(false);
            if (flush.IsCompleted) return;
        }
    }

    private async Task<RemoteAnswer> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url.UploadPack) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-git-upload-pack-request");
        request.Headers.TryAddWithoutValidation("Accept", "application/x-git-upload-pack-result");
        using var clock = new SilenceClock(options.StallTimeout, time, cancellationToken);
        var response = await clock.AwaitAsync(token => http.SendAsync(request, _url, token)).ConfigureAwait(false);
        try
        {
            RemoteDiscovery.Require(response, "application/x-git-upload-pack-result");
            return await RemoteAnswer.OfAsync(response, options.StallTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
