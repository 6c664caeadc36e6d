using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading.Search;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Search;

/// <summary>Search in files.</summary>
internal sealed class GrpcSearchService(RepositoryResolver repositories, ISearchReader searches, StreamWriting streams) : SearchService.SearchServiceBase
{
    public override async Task SearchFiles(
        SearchFilesRequest request, IServerStreamWriter<SearchFilesResponse> responseStream, ServerCallContext context)
    {
        var query = SearchArguments.Query(request);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var search = await searches.OpenAsync(access.Id, request.Revision, query, context.CancellationToken).OrRefuse();
        var place = new SearchPlace { CommitId = search.Commit?.ToString() ?? "" };
        await streams.WriteAsync(responseStream, new SearchFilesResponse { Place = place }, context);
        await streams.WriteAllAsync(responseStream, search.Parts, SearchMessages.From, context);
    }
}
