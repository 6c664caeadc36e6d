using Google.Protobuf;
using Granary.Frontends.Rpc.Blobs;
using Granary.Frontends.Rpc.History;
using Granary.V1;
using Domain = Granary.Git.Reading.Blame;

namespace Granary.Frontends.Rpc.Blame;

/// <summary>Blames as the API shows them.</summary>
internal static class BlameMessages
{
    public static BlamedFile From(Domain.BlamedFile file) => new()
    {
        CommitId = file.Commit.ToString(),
        BlobId = file.Blob.ToString(),
        Mode = BlobMessages.ModeOf(file.Mode),
        LineCount = file.LineCount,
    };

    public static BlameRuns From(Domain.BlamePiece piece) => new()
    {
        Commits = { piece.Commits.Select(HistoryMessages.From) },
        Runs = { piece.Runs.Select(From) },
    };

    private static BlameRun From(Domain.BlameRun run) => new()
    {
        CommitId = run.Commit.ToString(),
        Line = run.Line,
        LineCount = run.Count,
        OriginalLine = run.OriginalLine,
        OriginalPath = run.Path.Text,
        OriginalRawPath = run.Path.Raw(),
        PreviousCommitId = run.Previous?.Commit.ToString() ?? "",
        PreviousPath = run.Previous?.Path.Text ?? "",
        PreviousRawPath = run.Previous is { } previous ? previous.Path.Raw() : ByteString.Empty,
        Incomplete = run.IsIncomplete,
    };
}
