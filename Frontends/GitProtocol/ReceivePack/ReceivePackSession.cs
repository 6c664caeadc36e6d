using System.IO.Pipelines;
using Granary.Accounts;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>
/// A push over any transport, receive-pack's side of gitprotocol-pack(5): commands, pack into quarantine, a look at the
/// objects, one grain call, the report.
/// </summary>
public sealed partial class ReceivePackSession(
    IGrainFactory grains, IRefCache refCache, IPackReceiver packs, IOptions<GitProtocolOptions> options, TimeProvider time,
    ILogger<ReceivePackSession> logger)
{
    private readonly PushSubmission _submission = new(grains, logger);

    /// <summary>The first answer of a connection; receive-pack has v0 and v1 only.</summary>
    /// <exception cref="RepositoryUnavailableException">The repository cannot be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> AdvertiseAsync(
        RepositoryId repository, GitProtocolVersion version, CancellationToken cancellationToken)
    {
        var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
        return RefAdvertisement.ReceivePack(
            refs, version == GitProtocolVersion.V1 ? version : GitProtocolVersion.V0, ReceivePackCapabilities.Advertised);
    }

    /// <summary>Takes one push from its command list to its report.</summary>
    /// <param name="repository">The repository; the caller was found to have write access.</param>
    /// <param name="caller">Who pushes.</param>
    /// <param name="transport">What carries it.</param>
    /// <param name="request">Commands and pack.</param>
    /// <param name="response">The report; nothing is written before the pack was read.</param>
    /// <param name="cancellationToken">The client went away. Heeded until the refs move, not after.</param>
    /// <exception cref="GitProtocolException">The client broke the protocol; nothing was answered or changed.</exception>
    /// <exception cref="GitBusyException">Too many git processes run; nothing was answered or changed.</exception>
    public async Task ServeAsync(
        RepositoryId repository, Caller caller, PushTransport transport, PipeReader request, PipeWriter response, CancellationToken cancellationToken)
    {
        var push = await ReceivePackRequest.ReadAsync(request, options.Value, cancellationToken).ConfigureAwait(false);
        if (push is null) return;

        var outcome = PushInstruments.BrokenOff;
        try
        {
            outcome = await TakeAsync(repository, caller, transport, push, request, response, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            PushInstruments.Ended(transport.Name, outcome);
        }
    }

    private async Task<string> TakeAsync(
        RepositoryId repository, Caller caller, PushTransport transport, ReceivePackRequest push, PipeReader request, PipeWriter response,
        CancellationToken cancellationToken)
    {
        var pushId = Guid.NewGuid();
        var policy = await grains.GetRepository(repository).GetPolicyAsync(cancellationToken).ConfigureAwait(false);
        var quarantine = packs.Open(repository, pushId, Requester.Of(caller, null), policy);
        await using (quarantine.ConfigureAwait(false))
        {
            var reply = new PushReply(push.Capabilities, response, options.Value.KeepAlive, time);
            await using (reply.ConfigureAwait(false))
            {
                var refusal = push.HasPack
                    ? await UnpackAsync(quarantine, request, transport.PackEnd, reply, cancellationToken).ConfigureAwait(false)
                    : null;
                reply.Begin();
                var results = refusal is null
                    ? await CommitAsync(repository, caller, transport.Name, pushId, push, quarantine, reply, cancellationToken).ConfigureAwait(false)
                    : [.. push.Commands.Select(static c => new CommandResult(c.RawName, false, "the pack was refused"))];
                LogPushed(caller.Name, repository, pushId, transport.Name, results.Count(static r => r.IsOk), results.Count);
                await reply.EndAsync(refusal ?? "ok", results, cancellationToken).ConfigureAwait(false);
                return refusal is null ? PushInstruments.OutcomeOf(results) : PushInstruments.PackRefused;
            }
        }
    }

    /// <summary>Returns why the pack was refused, null when it was not.</summary>
    private async Task<string?> UnpackAsync(
        IQuarantine quarantine, PipeReader pack, PackEnd end, PushReply reply, CancellationToken cancellationToken)
    {
        try
        {
            await quarantine.ReceiveAsync(pack, end, reply, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PackRefusedException refused)
        {
            return refused.Message;
        }
        catch (IOException fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogUnpackFailed(fault);
            return VolumeFaults.Find(fault)?.NothingChanged() ?? "the server could not store the pack";
        }
    }

    private async Task<IReadOnlyList<CommandResult>> CommitAsync(
        RepositoryId repository, Caller caller, string protocol, Guid pushId, ReceivePackRequest push, IQuarantine quarantine,
        PushReply reply, CancellationToken cancellationToken)
    {
        List<RefUpdate> updates = [.. push.Commands.Where(static c => c.Update is not null).Select(static c => c.Update!)];
        IReadOnlyList<InspectedUpdate> inspected;
        try
        {
            var refs = await refCache.GetAsync(repository, cancellationToken).ConfigureAwait(false);
            inspected = await quarantine.InspectAsync(refs, updates, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (push.Capabilities.ReportStatus && !cancellationToken.IsCancellationRequested)
        {
            // The answer may have begun with side-band frames: only the report can still carry the news.
            LogInspectionFailed(fault, repository, pushId);
            var message = VolumeFaults.Find(fault)?.NothingChanged() ?? "the server could not check the push; nothing was changed, please try again";
            return [.. push.Commands.Select(c => new CommandResult(c.RawName, false, c.Fault ?? message, RefUpdateStatus.NotAttempted))];
        }

        var results = inspected.Where(static i => i.Refusal is not null).ToDictionary(static i => i.Update.Name, static i => i.Refusal!);
        updates = [.. inspected.Where(static i => i.Refusal is null).Select(static i => i.Update)];
        if (push.Capabilities.Atomic && updates.Count < push.Commands.Count) updates = [];
        if (updates.Count > 0)
        {
            var request = new PushRequest(pushId, caller, updates, push.Capabilities.Atomic, quarantine.HasObjects, push.PushOptions, protocol);
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = await _submission.ApplyAsync(repository, request).ConfigureAwait(false);
            foreach (var result in outcome.Results) results[result.Name] = result;
            foreach (var notice in outcome.Notices ?? []) reply.Notice(notice);
        }

        return [.. push.Commands.Select(c => ResultOf(c, results))];
    }

    private static CommandResult ResultOf(ReceivePackCommand command, Dictionary<RefName, RefUpdateResult> results)
    {
        if (command.Update is null) return new CommandResult(command.RawName, false, command.Fault);
        if (!results.TryGetValue(command.Update.Name, out var result))
            return new CommandResult(command.RawName, false, "atomic push: another ref was refused", RefUpdateStatus.NotAttempted);
        return new CommandResult(command.RawName, result.Status == RefUpdateStatus.Ok, result.Message ?? result.Status.ToString(), result.Status);
    }
}

/// <summary>One line of the report.</summary>
internal sealed record CommandResult(byte[] RefName, bool IsOk, string? Message, RefUpdateStatus Status = RefUpdateStatus.RejectedOtherReason);
