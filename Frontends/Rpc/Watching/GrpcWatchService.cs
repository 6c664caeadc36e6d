using Granary.Activity;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git;
using Granary.Repositories;
using Granary.Repositories.Watching;
using Granary.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using HiddenRefs = Granary.Repositories.Policy.HiddenRefs;

namespace Granary.Frontends.Rpc.Watching;

/// <summary>Ref updates as they happen. Before each message it is seen to that the caller may still have it.</summary>
internal sealed class GrpcWatchService(
    IGrainFactory grains, RepositoryResolver resolver, IRepositoryWatcher watcher, CurrentCaller current, IHostApplicationLifetime lifetime)
    : WatchService.WatchServiceBase
{
    /// <summary>Of one push; the count says how many there were.</summary>
    private const int MaxChanges = 1000;

    public override async Task WatchRepository(
        WatchRepositoryRequest request, IServerStreamWriter<WatchRepositoryResponse> responseStream, ServerCallContext context)
    {
        if (request.HasAfterSequence && request.AfterSequence < 0) throw Arguments.Invalid("A sequence number may not be negative.", "after_sequence");
        var access = await resolver.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        using var watch = await watcher.OpenAsync(
            access.Id, request.HasAfterSequence ? request.AfterSequence : null,
            Requester.Of(current.Caller, context.GetHttpContext().Connection.RemoteIpAddress), context.CancellationToken).OrRefuse();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            var isFirst = true;
            await foreach (var step in watch.ReadAsync(!request.NoFollow, end.Token))
            {
                if (!isFirst) await current.LogInAgainAsync();
                if (!isFirst && (await resolver.ResolveAsync(request.Project, request.Repository, end.Token)).Id != access.Id)
                    throw RepositoryResolver.NotFound(request.Project, request.Repository);
                isFirst = false;
                if (await MessageOfAsync(access.Id, step, end.Token) is { } message) await responseStream.WriteAsync(message, end.Token);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RefusedException(new Refusal(
                RefusalKind.Unavailable, "The server is stopping. Connect again, and go on after the last sequence number that you got."));
        }
    }

    /// <summary>Null for a push of hidden refs only: nothing tells of it.</summary>
    private async Task<WatchRepositoryResponse?> MessageOfAsync(RepositoryId repository, WatchStep step, CancellationToken cancellationToken)
    {
        if (step.Event is not { } pushed) return new WatchRepositoryResponse { Sequence = step.Sequence };
        var hidden = (await grains.GetRepository(repository).GetPolicyAsync(cancellationToken)).HiddenRefs;
        var shown = pushed.Changes.Where(change => !HiddenRefs.Contain(hidden, change.Ref)).ToList();
        if (shown.Count == 0) return null;
        var entry = new ActivityEntry(pushed with { Changes = [.. shown.Take(MaxChanges)] }, shown.Count);
        return new WatchRepositoryResponse { Sequence = step.Sequence, Push = ActivityMessages.From(entry) };
    }
}
