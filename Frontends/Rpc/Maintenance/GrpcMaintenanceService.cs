using Google.Protobuf.WellKnownTypes;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Maintenance;

/// <summary>Housekeeping on demand, and a look at what it keeps.</summary>
internal sealed class GrpcMaintenanceService(RepositoryResolver repositories, IHousekeeping housekeeping)
    : MaintenanceService.MaintenanceServiceBase
{
    public override async Task<RunMaintenanceResponse> RunMaintenance(RunMaintenanceRequest request, ServerCallContext context)
    {
        var access = await repositories.ResolveToManageAsync(
            request.Project, request.Repository, "Housekeeping of a repository", context.CancellationToken);
        return new RunMaintenanceResponse { Maintenance = From(await housekeeping.RunAsync(access.Id, context.CancellationToken).OrRefuse()) };
    }

    public override async Task<GetMaintenanceResponse> GetMaintenance(GetMaintenanceRequest request, ServerCallContext context)
    {
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        return new GetMaintenanceResponse { Maintenance = From(await housekeeping.GetStateAsync(access.Id, context.CancellationToken).OrRefuse()) };
    }

    private static V1.Maintenance From(MaintenanceState state) => new()
    {
        LastRunAt = state.LastRun is { } last ? Timestamp.FromDateTimeOffset(last) : null,
        LastDuration = Duration.FromTimeSpan(state.LastDuration),
        LastFault = state.LastFault ?? "",
        Running = state.IsRunning,
        Packs = state.Packs,
        ReplacedPacks = state.ReplacedPacks,
        Objects = state.Objects,
        LooseObjects = state.LooseObjects,
        SizeOnDisk = state.SizeOnDisk,
        HasBitmap = state.HasBitmap,
        HasCommitGraph = state.HasCommitGraph,
    };
}
