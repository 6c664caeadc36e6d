using System.Runtime.CompilerServices;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Imports;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Imports;

/// <summary>Repositories from elsewhere: bundles that clients send, and clones of other servers.</summary>
internal sealed class GrpcImportService(IRepositoryImporter importer, CurrentCaller current, TimeProvider time) : ImportService.ImportServiceBase
{
    public override async Task ImportRepository(
        IAsyncStreamReader<ImportRepositoryRequest> requestStream, IServerStreamWriter<ImportRepositoryResponse> responseStream,
        ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken)) throw Arguments.Invalid("The call ended without a request.");
        var first = requestStream.Current;
        var target = Target(first.Project, first.Repository);
        var reporter = new ImportReporter(responseStream, time);
        ImportResult result;
        await using (reporter)
        {
            var import = first.Url.Length > 0
                ? importer.ImportAsync(target, new RemoteSource(first.Url, first.SourceUser, first.SourcePassword), reporter, context.CancellationToken)
                : importer.ImportAsync(
                    target, new BundleSource(ReadChunksAsync(requestStream), first.Head.Length > 0 ? first.Head : null, first.Empty), reporter,
                    context.CancellationToken);
            result = await import.OrRefuse();
        }

        await responseStream.WriteAsync(new ImportRepositoryResponse { Import = ImportMessages.From(result), ReceivedBytes = result.Bytes });
    }

    public override async Task<ImportRepositoryFromUrlResponse> ImportRepositoryFromUrl(
        ImportRepositoryFromUrlRequest request, ServerCallContext context)
    {
        var result = await importer.ImportAsync(
            Target(request.Project, request.Repository), new RemoteSource(request.Url, request.User, request.Password), NoListener.Instance,
            context.CancellationToken).OrRefuse();
        return new ImportRepositoryFromUrlResponse { Import = ImportMessages.From(result) };
    }

    private ImportTarget Target(string project, string repository) =>
        new(current.Caller, Arguments.Project(project), Arguments.Repository(repository));

    /// <summary>The bundle, from the request that was read already on.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(
        IAsyncStreamReader<ImportRepositoryRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do yield return requests.Current.Chunk.Memory;
        while (await requests.MoveNext(cancellationToken));
    }

    private sealed class NoListener : IImportListener
    {
        public static NoListener Instance { get; } = new();

        public void Reached(ImportStage stage)
        {
            // A JSON client is told the end.
        }

        public void Received(long bytes)
        {
            // As above.
        }
    }
}
