using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git;
using Granary.Git.Archives;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Archives;

/// <summary>The files of commits in one file.</summary>
internal sealed class GrpcArchiveService(RepositoryResolver repositories, IArchiver archiver, StreamWriting streams, CurrentCaller current)
    : ArchiveService.ArchiveServiceBase
{
    public override async Task GetArchive(GetArchiveRequest request, IServerStreamWriter<GetArchiveResponse> responseStream, ServerCallContext context)
    {
        var wish = ArchiveMessages.WishOf(request);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var archive = await archiver.FindAsync(access.Id, access.Name, wish, context.CancellationToken).OrRefuse();
        var requester = Requester.Of(current.Caller, context.GetHttpContext().Connection.RemoteIpAddress);
        var pieces = new ArchivePieces(ArchiveMessages.From(archive), message => streams.WriteAsync(responseStream, message, context));
        await archiver.WriteAsync(archive, requester, pieces, context.CancellationToken).OrRefuse();
    }
}
