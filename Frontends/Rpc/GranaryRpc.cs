using Granary.Frontends.Rpc.Archives;
using Granary.Frontends.Rpc.Blame;
using Granary.Frontends.Rpc.Blobs;
using Granary.Frontends.Rpc.Commits;
using Granary.Frontends.Rpc.DeadLetters;
using Granary.Frontends.Rpc.Diffs;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Files;
using Granary.Frontends.Rpc.Health;
using Granary.Frontends.Rpc.History;
using Granary.Frontends.Rpc.Imports;
using Granary.Frontends.Rpc.Jobs;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Maintenance;
using Granary.Frontends.Rpc.Measures;
using Granary.Frontends.Rpc.Objects;
using Granary.Frontends.Rpc.OpenApi;
using Granary.Frontends.Rpc.Projects;
using Granary.Frontends.Rpc.Refs;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Search;
using Granary.Frontends.Rpc.Server;
using Granary.Frontends.Rpc.Streaming;
using Granary.Frontends.Rpc.Trees;
using Granary.Frontends.Rpc.Users;
using Granary.Frontends.Rpc.Watching;
using Granary.Frontends.Rpc.Webhooks;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc;

/// <summary>The gRPC API and its JSON face. Needs <c>IGrainFactory</c>, <c>IAuthenticator</c>,
/// <c>IPasswordHasher</c>, <c>IHousekeeping</c> and <c>IRepositoryImporter</c>.</summary>
public static class GranaryRpc
{
    public static IServiceCollection AddGranaryRpc(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RpcOptions>().Bind(configuration.GetSection(RpcOptions.SectionName)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RpcOptions>, RpcOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<CurrentCaller>();
        services.AddSingleton<OnBehalfOf>();
        services.AddScoped<CallLogin>();
        services.AddScoped<CallErrors>();
        services.AddScoped<RepositoryResolver>();
        services.AddScoped<CallerSignature>();
        services.AddScoped<ApiPush>();
        services.AddScoped<RefEdits>();
        services.AddScoped<WebhookOwners>();
        services.AddScoped<FileCommits>();
        services.AddScoped<ArchiveDownload>();
        services.AddSingleton<StreamWriting>();
        services.AddSingleton<HealthWatches>();
        services.AddGrpc(grpc =>
        {
            // The order matters: the first one is outermost and translates what the others refuse, which the second one sees as it was.
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<MeasureInterceptor>();
            grpc.Interceptors.Add<LoginInterceptor>();
        }).AddJsonTranscoding(json => json.TypeRegistry = ErrorDetails.Types);
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<RpcOptions>>(
            (grpc, rpc) => grpc.MaxReceiveMessageSize = rpc.Value.MaxReceiveMessageSize);
        services.AddGrpcReflection();
        return services;
    }

    public static IEndpointRouteBuilder MapGranaryRpc(this IEndpointRouteBuilder endpoints)
    {
        var limit = new JsonBodyLimit(endpoints.ServiceProvider.GetRequiredService<IOptions<RpcOptions>>().Value.MaxReceiveMessageSize);
        endpoints.MapGrpcService<GrpcUserService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcProjectService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcRepositoryService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcPolicyService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcWatchService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcDeployKeyService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcServerService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcMaintenanceService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcDeadLetterService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcJobService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcImportService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcWebhookService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcRegisteredCommitService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcFileService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcCommitService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcBlobService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcObjectService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcHealthService>();
        endpoints.MapGrpcService<GrpcTreeService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcDiffService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcSearchService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcBlameService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcBranchService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcTagService>().Add(limit.Apply);
        endpoints.MapGrpcService<GrpcArchiveService>().Add(limit.Apply);
        endpoints.MapArchiveDownload();
        endpoints.MapGrpcReflectionService();
        endpoints.MapOpenApi();
        return endpoints;
    }
}
