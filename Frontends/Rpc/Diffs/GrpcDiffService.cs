using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading.Diffs;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Diffs;

/// <summary>What differs between commits.</summary>
internal sealed class GrpcDiffService(RepositoryResolver repositories, IDiffReader diffs, StreamWriting streams) : DiffService.DiffServiceBase
{
    public override async Task GetCommitDiff(
        GetCommitDiffRequest request, IServerStreamWriter<GetCommitDiffResponse> responseStream, ServerCallContext context)
    {
        if (request.Parent < 0) throw Arguments.Invalid("The number of a parent is 1 or more.");
        var settings = DiffArguments.Settings(request.Options);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        await using var diff = await diffs.OpenCommitAsync(access.Id, request.Revision, request.Parent, settings, context.CancellationToken).OrRefuse();
        await streams.WriteAsync(responseStream, new GetCommitDiffResponse { Summary = DiffMessages.From(diff.Summary) }, context);
        await streams.WriteAllAsync(responseStream, diff.FilesAsync(), static file => new GetCommitDiffResponse { File = DiffMessages.From(file) }, context);
    }

    public override async Task Compare(CompareRequest request, IServerStreamWriter<CompareResponse> responseStream, ServerCallContext context)
    {
        var settings = DiffArguments.Settings(request.Options);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        await using var diff = await diffs
            .OpenComparisonAsync(access.Id, request.Base, request.Head, request.Direct, settings, context.CancellationToken).OrRefuse();
        await streams.WriteAsync(responseStream, new CompareResponse { Summary = DiffMessages.From(diff.Summary) }, context);
        await streams.WriteAllAsync(responseStream, diff.FilesAsync(), static file => new CompareResponse { File = DiffMessages.From(file) }, context);
    }
}
