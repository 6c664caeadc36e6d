using System.Collections.Frozen;
using Granary.Frontends.GitProtocol.Health;
using Granary.Frontends.Rpc.Login;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Granary.Frontends.Rpc.Health;

/// <summary>
/// The health service of gRPC (https://github.com/grpc/grpc/blob/master/doc/health-checking.md), for load balancers: every service of
/// this server serves when the silo is ready.
/// </summary>
internal sealed class GrpcHealthService(
    Readiness readiness, HealthWatches watches, IOptions<RpcOptions> options, TimeProvider time, IHostApplicationLifetime lifetime)
    : Grpc.Health.V1.Health.HealthBase
{
    private static readonly FrozenSet<string> Services =
        CallCatalog.Files.SelectMany(static file => file.Services).Select(static service => service.FullName).Append("").ToFrozenSet();

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        // The specification wants this status, whoever asks; a refusal would become a request to log in.
        if (!Services.Contains(request.Service)) throw new RpcException(new Status(StatusCode.NotFound, "This server has no such service."));
        return new HealthCheckResponse { Status = await StatusAsync(context.CancellationToken) };
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var place = watches.Enter();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(options.Value.HealthWatchInterval, time);
        var last = ServingStatus.Unknown;
        try
        {
            do
            {
                // A service that is not there is said, not refused: it may come with the next version of the server.
                var now = Services.Contains(request.Service) ? await StatusAsync(end.Token) : ServingStatus.ServiceUnknown;
                if (now != last) await responseStream.WriteAsync(new HealthCheckResponse { Status = now }, end.Token);
                last = now;
            }
            while (await timer.WaitForNextTickAsync(end.Token));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            await responseStream.WriteAsync(new HealthCheckResponse { Status = ServingStatus.NotServing }, context.CancellationToken);
        }
    }

    private async Task<ServingStatus> StatusAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return ServingStatus.NotServing;
        var faults = await readiness.FindFaultsAsync(cancellationToken);
        return faults.Any(static fault => fault.IsVital) ? ServingStatus.NotServing : ServingStatus.Serving;
    }
}
