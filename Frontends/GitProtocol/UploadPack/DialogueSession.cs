using System.Buffers;
using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.Requests;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// A fetch of protocol v0 or v1 on a connection that goes both ways (gitprotocol-pack(5), "Packfile Negotiation"). The
/// advertisement is ours, so a client that only looks starts no process; git comes in with the client's wants, and takes a
/// place among the heavy processes with the client's <c>done</c>, after which it waits for nobody.
/// </summary>
public sealed class DialogueSession(IRefCache refCache, IUploadPack uploadPack, IFetchDialogue git, IOptions<GitProtocolOptions> options, TimeProvider time)
{
    /// <summary>Runs the fetch from its advertisement on; that and the fetch itself are measured one after the other.</summary>
    /// <exception cref="GitProtocolException">The client broke the protocol.</exception>
    /// <exception cref="GitBusyException">Too many git processes run.</exception>
    /// <exception cref="GitProcessException">git failed; part of an answer may have been sent.</exception>
    public async Task ServeAsync(
        RepositoryId repository, Requester requester, GitProtocolVersion version, RequestMeasure measure, PipeReader request, PipeWriter response,
        CancellationToken cancellationToken)
    {
        var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
        await response.WriteAsync(RefAdvertisement.UploadPack(refs, version, isDialogue: true), cancellationToken).ConfigureAwait(false);
        measure.End();
        measure.Verb = RequestVerb.UploadPack;
        var reader = new PktLineReader(request);
        var limits = new FetchLimits(options.Value);
        if (await ReadWantsAsync(reader, limits, cancellationToken).ConfigureAwait(false) is not { } wants) return;
        measure.Begin(RequestVerb.UploadPack);
        if (limits.Refusal is { } unserved)
        {
            await RefuseAsync(unserved, measure, request, response, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (refs.HiddenRefs is { Count: > 0 })
        {
            // git would serve whatever is in the store: what may be wanted is our question, and the whole of it is at hand.
            var asked = FetchArguments.Read(wants, refs);
            if (await FindFaultAsync(repository, requester, refs, asked, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                await RefuseAsync(refusal, measure, request, response, cancellationToken).ConfigureAwait(false);
                return;
            }

            wants = asked.Request;
        }

        var talk = new Pipe();
        var isRefused = false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new Places();
        var talking = TalkAsync(repository, requester, wants, limits, reader, talk.Writer, places, stop.Token);
        try
        {
            await git.RunAsync(repository, talk.Reader, new PausingPipeWriter(response, places, time), cancellationToken).ConfigureAwait(false);
        }
        catch (GitProcessException fault) when (fault.ExitCode == GitProcessException.Died)
        {
            isRefused = true;
            throw;
        }
        finally
        {
            await talk.Reader.CompleteAsync().ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await talking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (isRefused) await HearOutAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RefuseAsync(string refusal, RequestMeasure measure, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        measure.Fail(RequestOutcome.Refused);
        response.WriteTextPkt($"ERR upload-pack: {refusal}\n");
        await response.FlushAsync(cancellationToken).ConfigureAwait(false);
        await HearOutAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads what a client still says after an error, until it ends or for <see cref="GitProtocolOptions.ErrorLinger"/>. Closed on in the
    /// middle of its words, git would die of SIGPIPE and its user never read the error.
    /// </summary>
    private async Task HearOutAsync(PipeReader request, CancellationToken cancellationToken)
    {
        using var linger = new CancellationTokenSource(options.Value.ErrorLinger, time);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, linger.Token);
        await request.CopyToAsync(Stream.Null, bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async ValueTask<string?> FindFaultAsync(
        RepositoryId repository, Requester requester, RefSnapshot refs, FetchArguments asked, CancellationToken cancellationToken)
    {
        using var place = await uploadPack.EnterAsync(repository, requester, GitWork.Fetch, cancellationToken).ConfigureAwait(false);
        return await asked.FindFaultAsync(uploadPack, repository, refs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The wants and what shapes them, flush included; null when the client wants nothing.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> ReadWantsAsync(PktLineReader reader, FetchLimits limits, CancellationToken cancellationToken)
    {
        var wants = new ArrayBufferWriter<byte>();
        while (true)
        {
            var line = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (line.Kind is PktKind.Flush or PktKind.EndOfStream && wants.WrittenCount == 0) return null;
            if (line.Kind == PktKind.Flush)
            {
                wants.WriteFlush();
                return wants.WrittenMemory;
            }

            if (line.Kind != PktKind.Data) throw new GitProtocolException("the wants do not end with a flush");
            if (wants.WrittenCount + line.Payload.Length > options.Value.MaxFetchRequest)
                throw new GitProtocolException($"the request is larger than {options.Value.MaxFetchRequest} bytes");
            limits.Count(line.Payload.Span);
            wants.WritePkt(line.Payload.Span);
        }
    }

    /// <summary>Passes on what the client says, line by line; a fault reaches git's side through the pipe.</summary>
    private async Task TalkAsync(
        RepositoryId repository, Requester requester, ReadOnlyMemory<byte> wants, FetchLimits limits, PktLineReader reader, PipeWriter git,
        Places places, CancellationToken cancellationToken)
    {
        try
        {
            await git.WriteAsync(wants, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                var line = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (line.Kind == PktKind.EndOfStream) break;
                var isDone = line.Kind == PktKind.Data && line.Text.Span.SequenceEqual("done"u8);
                if (isDone) places.Add(await uploadPack.EnterAsync(repository, requester, GitWork.Fetch, cancellationToken).ConfigureAwait(false));
                if (line.Kind == PktKind.Data) limits.Count(line.Payload.Span);
                if (line.Kind == PktKind.Data) git.WritePkt(line.Payload.Span);
                else if (line.Kind == PktKind.Flush) git.WriteFlush();
                else throw new GitProtocolException("a line of the negotiation is neither text nor flush");
                var flush = await git.FlushAsync(cancellationToken).ConfigureAwait(false);
                if (isDone || flush.IsCompleted) break;
            }

            await git.CompleteAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The other end of the pipe throws it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            await git.CompleteAsync(fault).ConfigureAwait(false);
        }
    }

    /// <summary>The place that a dialogue has taken, if it came to that. It may come while git waits for its client.</summary>
    private sealed class Places : IGitPlace
    {
        private readonly Lock _lock = new();
        private IGitPlace? _place;
        private bool _isPaused;

        public void Add(IGitPlace place)
        {
            lock (_lock)
            {
                _place = place;
                if (_isPaused) place.Pause();
            }
        }

        public void Pause()
        {
            lock (_lock)
            {
                _isPaused = true;
                _place?.Pause();
            }
        }

        public void Resume()
        {
            lock (_lock)
            {
                _isPaused = false;
                _place?.Resume();
            }
        }

        public void Dispose() => _place?.Dispose();
    }
}
