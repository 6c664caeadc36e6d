using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Files;

/// <summary>Commits out of changes of files, as a stream or in one request.</summary>
internal sealed class GrpcFileService(FileCommits commits, TimeProvider time) : FileService.FileServiceBase
{
    public override async Task<CommitFilesResponse> CommitFiles(IAsyncStreamReader<CommitFilesRequest> requestStream, ServerCallContext context)
    {
        var edits = new EditStream(requestStream, context, time);
        var header = await edits.ReadHeaderAsync(context.CancellationToken);
        return new CommitFilesResponse { Commit = await commits.MakeAsync(header, edits.ReadAsync(context.CancellationToken), context.CancellationToken) };
    }

    public override async Task<CreateCommitResponse> CreateCommit(CreateCommitRequest request, ServerCallContext context)
    {
        var header = new CommitHeader
        {
            Project = request.Project,
            Repository = request.Repository,
            Branch = request.Branch,
            Message = request.Message,
            ExpectedHead = request.ExpectedHead,
            Start = request.Start,
            Author = request.Author,
            AllowEmpty = request.AllowEmpty,
        };
        var edits = request.Changes.Select(static change => new PendingEdit(
            EditMessages.Read(change, change.HasContent), change.HasContent ? [change.Content.Memory] : []));
        return new CreateCommitResponse { Commit = await commits.MakeAsync(header, edits.ToAsyncEnumerable(), context.CancellationToken) };
    }
}
