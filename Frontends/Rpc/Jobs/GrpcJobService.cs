using Google.Protobuf.WellKnownTypes;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Jobs;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Jobs;

/// <summary>The kinds of jobs behind pushes, for administrators of the server.</summary>
internal sealed class GrpcJobService(IJobKinds kinds, CurrentCaller current) : JobService.JobServiceBase
{
    private const string What = "Kinds of jobs";

    public override async Task<ListJobKindsResponse> ListJobKinds(ListJobKindsRequest request, ServerCallContext context)
    {
        current.RequireAdministrator(What);
        var overview = await kinds.ReadAsync(context.CancellationToken);
        return new ListJobKindsResponse
        {
            JobKinds = { overview.Kinds.Select(From) },
            Undelivered = overview.Undelivered,
            OldestAge = Duration.FromTimeSpan(overview.OldestAge),
        };
    }

    public override async Task<PauseJobKindResponse> PauseJobKind(PauseJobKindRequest request, ServerCallContext context)
    {
        current.RequireAdministrator(What);
        return new PauseJobKindResponse { JobKind = From(await kinds.SetPausedAsync(request.Kind, paused: true, context.CancellationToken).OrRefuse()) };
    }

    public override async Task<ResumeJobKindResponse> ResumeJobKind(ResumeJobKindRequest request, ServerCallContext context)
    {
        current.RequireAdministrator(What);
        return new ResumeJobKindResponse { JobKind = From(await kinds.SetPausedAsync(request.Kind, paused: false, context.CancellationToken).OrRefuse()) };
    }

    private static JobKind From(JobKindState kind) => new()
    {
        Kind = kind.Kind,
        Paused = kind.IsPaused,
        Running = kind.Running,
        Succeeded = kind.Succeeded,
        Failed = kind.Failed,
        Queues = { kind.Queues.Select(static q => new V1.JobQueue { Name = q.Name, Waiting = q.Waiting }) },
        DeadLetters = kind.DeadLetters,
        Fault = kind.Fault ?? "",
    };
}
