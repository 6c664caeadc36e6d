using System.Buffers;
using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.Requests;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>
/// Fetches whose requests are complete in themselves, all of v2 and all over HTTP: refs are answered from the silo's snapshot, packs are made by git. A request is
/// read whole before a process starts, so a slow client holds nothing that others need.
/// </summary>
public sealed class UploadPackSession(IRefCache refCache, IUploadPack uploadPack, IOptions<GitProtocolOptions> options, TimeProvider time)
{
    private static readonly byte[] V2Capabilities = MakeV2Capabilities();

    /// <summary>The first answer of a connection: refs in v0 and v1, capabilities in v2 (gitprotocol-v2(5), Capability Advertisement).</summary>
    /// <exception cref="RepositoryUnavailableException">The repository cannot be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> AdvertiseAsync(
        RepositoryId repository, GitProtocolVersion version, CancellationToken cancellationToken) =>
        version == GitProtocolVersion.V2
            ? V2Capabilities
            : RefAdvertisement.UploadPack(await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false), version);

    /// <summary>Answers one stateless request.</summary>
    /// <exception cref="GitProtocolException">The client broke the protocol; nothing was answered.</exception>
    /// <exception cref="GitBusyException">Too many git processes run; nothing was answered.</exception>
    /// <exception cref="GitProcessException">git failed; part of an answer may have been sent.</exception>
    public async Task ServeAsync(
        RepositoryId repository, Requester requester, GitProtocolVersion version, RequestMeasure measure, PipeReader request, PipeWriter response,
        CancellationToken cancellationToken)
    {
        if (version == GitProtocolVersion.V2)
        {
            await ServeV2Async(repository, requester, measure, request, response, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A v0 or v1 request ends with its transport's body; an empty one is a probe.
        var body = await ReadToEndAsync(request, cancellationToken).ConfigureAwait(false);
        if (body.Length == 0) return;
        var limits = new FetchLimits(options.Value);
        limits.CountAll(body.Span);
        if (limits.Refusal is { } refusal)
        {
            await RefuseAsync(refusal, measure, response, cancellationToken).ConfigureAwait(false);
            return;
        }

        var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
        await RunGitAsync(repository, requester, version, refs, body, measure, response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A v2 session on a connection that goes both ways: capabilities, then one request after the other until the client has
    /// no more. Each request is complete in itself, so git is started for fetches only and never waits for the client.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="requester">Who asks, for limits and the fair queue.</param>
    /// <param name="isAllowed">Asked before each answer, for a session may last: whether the caller still may read.</param>
    /// <param name="measure">Measures each request by itself; that of the capabilities was begun.</param>
    /// <param name="request">The client's requests.</param>
    /// <param name="response">The answers.</param>
    /// <param name="cancellationToken">The client went away.</param>
    /// <exception cref="GitProtocolException">The client broke the protocol.</exception>
    /// <exception cref="GitBusyException">Too many git processes run; the last request was not answered.</exception>
    /// <exception cref="GitProcessException">git failed; part of an answer may have been sent.</exception>
    /// <returns>False when it ended because the caller may read no more.</returns>
    public async Task<bool> ServeSessionAsync(
        RepositoryId repository, Requester requester, Func<CancellationToken, ValueTask<bool>> isAllowed, RequestMeasure measure,
        PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        await response.WriteAsync(V2Capabilities, cancellationToken).ConfigureAwait(false);
        measure.End();
        measure.Verb = RequestVerb.UploadPack;
        while (await V2Request.ReadAsync(request, options.Value, cancellationToken).ConfigureAwait(false) is { } command)
        {
            measure.Begin(RequestVerb.UploadPack);
            if (!await isAllowed(cancellationToken).ConfigureAwait(false)) return false;
            await AnswerAsync(repository, requester, command, measure, response, cancellationToken).ConfigureAwait(false);
            measure.End();
        }

        return true;
    }

    private async Task ServeV2Async(
        RepositoryId repository, Requester requester, RequestMeasure measure, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        if (await V2Request.ReadAsync(request, options.Value, cancellationToken).ConfigureAwait(false) is { } command)
            await AnswerAsync(repository, requester, command, measure, response, cancellationToken).ConfigureAwait(false);
    }

    private async Task AnswerAsync(
        RepositoryId repository, Requester requester, V2Request command, RequestMeasure measure, PipeWriter response, CancellationToken cancellationToken)
    {
        switch (command.Command)
        {
            case "ls-refs":
                measure.Verb = RequestVerb.LsRefs;
                var arguments = LsRefsArguments.Parse(command.Arguments, options.Value.MaxRefPrefixes);
                var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
                await response.WriteAsync(RefAdvertisement.LsRefs(refs, arguments), cancellationToken).ConfigureAwait(false);
                return;
            case "fetch":
                await FetchAsync(repository, requester, command, measure, response, cancellationToken).ConfigureAwait(false);
                return;
            default:
                throw new GitProtocolException($"unknown command '{command.Command}'");
        }
    }

    private async Task FetchAsync(
        RepositoryId repository, Requester requester, V2Request request, RequestMeasure measure, PipeWriter response, CancellationToken cancellationToken)
    {
        if (request.Refusal is { } refusal)
        {
            await RefuseAsync(refusal, measure, response, cancellationToken).ConfigureAwait(false);
            return;
        }

        var wanted = new WantedRefs();
        var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
        if (!wanted.TryResolve(refs, request.WantRefs, out var fault))
        {
            // As git says it: the ref may have been deleted since the client saw it, which is not the client's fault.
            measure.Fail(RequestOutcome.Refused);
            response.WriteTextPkt($"ERR {fault}\n");
            await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await RunGitAsync(
            repository, requester, GitProtocolVersion.V2, refs, wanted.Complete(request.Raw), measure, wanted.Insert(response),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task RunGitAsync(
        RepositoryId repository, Requester requester, GitProtocolVersion version, RefSnapshot refs, ReadOnlyMemory<byte> body, RequestMeasure measure,
        PipeWriter response, CancellationToken cancellationToken)
    {
        if (refs.HiddenRefs is { Count: > 0 })
        {
            // Asked at each request, whoever asked the same before: what a ref hides is hidden from what is cached, too.
            var asked = FetchArguments.Read(body, refs);
            if (await FindFaultAsync(repository, requester, refs, asked, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                await RefuseAsync(refusal, measure, response, cancellationToken).ConfigureAwait(false);
                return;
            }

            body = asked.Request;
        }

        try
        {
            if (version == GitProtocolVersion.V2 && CanonicalFetch.TryRead(body, refs) is { } shared)
            {
                await uploadPack.FetchAsync(repository, requester, shared, response, cancellationToken).ConfigureAwait(false);
                return;
            }

            using var place = await uploadPack.EnterAsync(repository, requester, GitWork.Fetch, cancellationToken).ConfigureAwait(false);
            var request = PipeReader.Create(new ReadOnlySequence<byte>(body));
            await uploadPack.RunAsync(repository, version, request, new PausingPipeWriter(response, place, time), cancellationToken).ConfigureAwait(false);
        }
        catch (GitProcessException fault) when (fault is { ExitCode: GitProcessException.Died, HasAnswered: false })
        {
            // Most often the request was at fault. Either way the user is to read why, and git shows this line and no body of an error.
            response.WriteTextPkt($"ERR upload-pack: {fault.Message}\n");
            await response.FlushAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>In the protocol: git shows its user this line, and no body of an HTTP error.</summary>
    private static async Task RefuseAsync(string refusal, RequestMeasure measure, PipeWriter response, CancellationToken cancellationToken)
    {
        measure.Fail(RequestOutcome.Refused);
        response.WriteTextPkt($"ERR upload-pack: {refusal}\n");
        await response.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string?> FindFaultAsync(
        RepositoryId repository, Requester requester, RefSnapshot refs, FetchArguments asked, CancellationToken cancellationToken)
    {
        using var place = await uploadPack.EnterAsync(repository, requester, GitWork.Fetch, cancellationToken).ConfigureAwait(false);
        return await asked.FindFaultAsync(uploadPack, repository, refs, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>> ReadToEndAsync(PipeReader request, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await request.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (body.WrittenCount + result.Buffer.Length > options.Value.MaxFetchRequest)
                throw new GitProtocolException($"the request is larger than {options.Value.MaxFetchRequest} bytes");
            foreach (var segment in result.Buffer) body.Write(segment.Span);
            request.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return body.WrittenMemory;
        }
    }

    private static byte[] MakeV2Capabilities()
    {
        var output = new ArrayBufferWriter<byte>();
        output.WritePkt("version 2\n"u8);
        output.WriteTextPkt($"agent={ServerAgent.Value}\n");
        output.WritePkt("ls-refs=unborn\n"u8);
        output.WritePkt("fetch=shallow wait-for-done filter ref-in-want\n"u8);
        output.WritePkt("server-option\n"u8);
        output.WritePkt("object-format=sha1\n"u8);
        output.WriteFlush();
        return output.WrittenSpan.ToArray();
    }
}
