using Google.Protobuf;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Blobs;

/// <summary>The contents of files.</summary>
internal sealed class GrpcBlobService(RepositoryResolver repositories, IBlobReader blobs, StreamWriting streams) : BlobService.BlobServiceBase
{
    private const int Piece = 64 << 10;

    public override async Task GetBlob(GetBlobRequest request, IServerStreamWriter<GetBlobResponse> responseStream, ServerCallContext context)
    {
        if (request.Offset < 0 || request.Limit < 0 || request.MaxSize < 0) throw Arguments.Invalid("Offset, limit and size may not be negative.");
        using var blob = await OpenAsync(request, context.CancellationToken);
        var isTooLarge = request.MaxSize > 0 && blob.Info.Size > request.MaxSize;
        await streams.WriteAsync(responseStream, new GetBlobResponse { Info = BlobMessages.From(blob.Info, isTooLarge) }, context);
        if (isTooLarge) return;
        var end = request.Limit == 0 ? blob.Info.Size : Math.Min(blob.Info.Size, request.Limit > long.MaxValue - request.Offset ? long.MaxValue : request.Offset + request.Limit);
        for (var at = request.Offset; at < end; at += Piece)
        {
            var piece = ByteString.CopyFrom(blob.Bytes[(int)at..(int)Math.Min(at + Piece, end)]);
            await streams.WriteAsync(responseStream, new GetBlobResponse { Data = piece }, context);
        }
    }

    private async Task<BlobContent> OpenAsync(GetBlobRequest request, CancellationToken cancellationToken)
    {
        var path = Arguments.Path(request.Path, request.RawPath);
        var id = request.BlobId.Length == 0 ? default : Arguments.ObjectId(request.BlobId);
        var access = await repositories.ResolveAsync(request.Project, request.Repository, cancellationToken);
        return await (request.BlobId.Length > 0
            ? blobs.OpenAsync(access.Id, id, cancellationToken)
            : blobs.OpenAsync(access.Id, request.Revision, path, cancellationToken)).OrRefuse();
    }
}
