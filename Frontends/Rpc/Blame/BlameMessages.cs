using Google.Protobuf;
using Granary.Frontends.Rpc.Blobs;
using Granary.Frontends.Rpc.History;
using Granary.Git.Reading;
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
        OriginalRawPath = Raw(run.Path),
        PreviousCommitId = run.Previous?.Commit.ToString() ?? "",
        PreviousPath = run.Previous?.Path.Text ?? "",
        PreviousRawPath = run.Previous is { } previous ? Raw(previous.Path) : ByteString.Empty,
        Incomplete = run.IsIncomplete,
    };

    private static ByteString Raw(GitPath path) => path.IsUtf8 ? ByteString.Empty : ByteString.CopyFrom(path.Bytes.Span);
}
