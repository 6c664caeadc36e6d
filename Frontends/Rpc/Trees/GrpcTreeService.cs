using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading.Trees;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Trees;

/// <summary>Folders.</summary>
internal sealed class GrpcTreeService(RepositoryResolver repositories, ITreeReader trees, StreamWriting streams) : TreeService.TreeServiceBase
{
    public override async Task ListTree(ListTreeRequest request, IServerStreamWriter<ListTreeResponse> responseStream, ServerCallContext context)
    {
        if (request.Limit < 0) throw Arguments.Invalid("A limit may not be negative.");
        if (request.Recursive && request.LastCommits) throw Arguments.Invalid("Last commits are of the entries of one folder, and not to be had of all below it.");
        var path = Arguments.Path(request.Path, request.RawPath);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var place = await trees.OpenAsync(access.Id, request.Revision, path, context.CancellationToken).OrRefuse();
        if (request.LastCommits && place.Commit is null) throw Arguments.Invalid("The revision names a tree, which has no history.");
        await streams.WriteAsync(responseStream, TreeMessages.From(place), context);
        var selection = new TreeSelection(request.Recursive, request.Sizes, request.Limit);
        await streams.WriteAllAsync(responseStream, trees.ListAsync(access.Id, place, selection, context.CancellationToken), TreeMessages.From, context);
        if (!request.LastCommits) return;
        await foreach (var found in trees.ListLastCommitsAsync(access.Id, place.Commit!.Value, path, context.CancellationToken))
        {
            if (found.Count > 0) await streams.WriteAsync(responseStream, TreeMessages.From(found), context);
        }
    }

    public override async Task<GetReadmeResponse> GetReadme(GetReadmeRequest request, ServerCallContext context)
    {
        var path = Arguments.Path(request.Path, request.RawPath);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var readme = await trees.ReadReadmeAsync(access.Id, request.Revision, path, context.CancellationToken).OrRefuse();
        return new GetReadmeResponse { Readme = TreeMessages.From(readme) };
    }
}
