using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Repositories;
using Granary.Frontends.Rpc.Streaming;
using Granary.Git.Reading.Blame;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Blame;

/// <summary>Where the lines of files come from.</summary>
internal sealed class GrpcBlameService(RepositoryResolver repositories, IBlameReader blames, StreamWriting streams) : BlameService.BlameServiceBase
{
    public override async Task Blame(BlameRequest request, IServerStreamWriter<BlameResponse> responseStream, ServerCallContext context)
    {
        if (request.FirstLine < 0 || request.LastLine < 0) throw Arguments.Invalid("Lines are counted from 1.");
        if (request.LastLine > 0 && request.LastLine < request.FirstLine) throw Arguments.Invalid("The last line is before the first one.", "last_line");
        var query = new BlameQuery(request.Revision, Arguments.Path(request.Path, request.RawPath))
        {
            FirstLine = request.FirstLine,
            LastLine = request.LastLine,
            IgnoresWhitespace = request.IgnoreWhitespace,
        };
        var access = await repositories.ResolveAsync(request.Project, request.Repository, context.CancellationToken);
        var blame = await blames.OpenAsync(access.Id, query, context.CancellationToken).OrRefuse();
        await streams.WriteAsync(responseStream, new BlameResponse { File = BlameMessages.From(blame.File) }, context);
        await foreach (var piece in blame.Pieces.WithCancellation(context.CancellationToken))
        {
            if (piece.Runs.Count > 0) await streams.WriteAsync(responseStream, new BlameResponse { Runs = BlameMessages.From(piece) }, context);
        }
    }
}
