using Google.Protobuf;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading;
using Granary.V1;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Objects;

/// <summary>Many objects over one call.</summary>
internal sealed class GrpcObjectService(
    RepositoryResolver repositories, CurrentCaller current, IObjectReader objects, StreamWriting streams, IOptions<RpcOptions> options,
    TimeProvider time, IHostApplicationLifetime lifetime) : ObjectService.ObjectServiceBase
{
    private const int Piece = 64 << 10;

    public override async Task ReadObjects(
        IAsyncStreamReader<ReadObjectsRequest> requestStream, IServerStreamWriter<ReadObjectsResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            var requests = new ObjectRequests(new StreamReading<ReadObjectsRequest>(requestStream, context, options.Value.StreamStallTimeout, time));
            var header = await requests.ReadHeaderAsync(end.Token);
            var access = new ObjectAccess(repositories, current, time);
            await access.CheckAsync(header, end.Token);
            await using var pipeline = new ObjectPipeline(objects, header, options.Value.ReadAhead);
            await foreach (var read in pipeline.ReadAsync(requests.ReadAsync(end.Token), token => access.CheckAsync(header, token), end.Token))
            {
                await using var held = read;
                await AnswerAsync(read, pipeline.Wanted, responseStream, context);
                requests.MarkAnswered();
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new RefusedException(new Refusal(RefusalKind.Unavailable, "The server is stopping. Ask again for what was not answered."));
        }
    }

    private async Task AnswerAsync(PendingObject read, long wanted, IServerStreamWriter<ReadObjectsResponse> stream, ServerCallContext context)
    {
        var outcome = await read.Read;
        if (outcome.Value is not { } content)
        {
            await streams.WriteAsync(stream, new ReadObjectsResponse { Missing = ObjectMessages.Missing(read.Index, outcome.Refusal!) }, context);
            return;
        }

        var info = ObjectMessages.From(read.Index, content.Info, wanted);
        if (content.IsRead || info.TooLarge || wanted < 0)
        {
            await WriteAsync(info, content, stream, context);
            return;
        }

        using var whole = await objects.OpenAsync(read.Repository, info.ObjectId, null, wanted, context.CancellationToken).OrRefuse();
        await WriteAsync(info, whole, stream, context);
    }

    private async Task WriteAsync(V1.ObjectInfo info, ObjectContent content, IServerStreamWriter<ReadObjectsResponse> stream, ServerCallContext context)
    {
        await streams.WriteAsync(stream, new ReadObjectsResponse { Info = info }, context);
        for (var at = 0; at < content.Bytes.Length; at += Piece)
        {
            var piece = ByteString.CopyFrom(content.Bytes[at..Math.Min(at + Piece, content.Bytes.Length)]);
            await streams.WriteAsync(stream, new ReadObjectsResponse { Data = piece }, context);
        }
    }
}
