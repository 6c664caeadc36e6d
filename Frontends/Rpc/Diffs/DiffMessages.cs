using Google.Protobuf;
using Granary.Git.Reading;
using Domain = Granary.Git.Reading.Diffs;

namespace Granary.Frontends.Rpc.Diffs;

/// <summary>Diffs as the API shows them.</summary>
internal static class DiffMessages
{
    public static V1.DiffSummary From(Domain.DiffSummary summary) => new()
    {
        OldCommitId = summary.Old?.ToString() ?? "",
        NewCommitId = summary.New.ToString(),
        Divergence = summary.Divergence is { } divergence ? From(divergence) : null,
        FileCount = summary.FileCount,
        Additions = summary.Additions,
        Deletions = summary.Deletions,
        ShownFileCount = summary.ShownFileCount,
        Incomplete = summary.IsIncomplete,
        MayMissRenames = summary.MayMissRenames,
    };

    public static V1.FileDiff From(Domain.FileDiff diff) => new()
    {
        Status = (V1.FileDiff.Types.Status)diff.File.Status,
        Old = diff.File.Old is { } old ? From(old) : null,
        New = diff.File.New is { } now ? From(now) : null,
        Similarity = diff.File.Similarity,
        Binary = diff.IsBinary,
        TooLarge = diff.IsTooLarge,
        Truncated = diff.IsTruncated,
        Additions = diff.Additions,
        Deletions = diff.Deletions,
        Encoding = diff.Encoding,
        Hunks = { diff.Hunks.Select(From) },
    };

    private static V1.Divergence From(Domain.Divergence divergence) => new()
    {
        BaseCommitId = divergence.Base.ToString(),
        MergeBaseId = divergence.MergeBase?.ToString() ?? "",
        Ahead = divergence.Ahead,
        Behind = divergence.Behind,
    };

    private static V1.FileVersion From(Domain.FileVersion version)
    {
        var path = GitPath.FromBytes(version.Path.Span);
        return new V1.FileVersion
        {
            Path = path.Text,
            RawPath = path.Raw(),
            Mode = Convert.ToString(version.Mode, 8).PadLeft(6, '0'),
            Id = version.Id.ToString(),
        };
    }

    private static V1.DiffHunk From(Domain.DiffHunk hunk) => new()
    {
        OldStart = hunk.OldStart,
        OldCount = hunk.OldCount,
        NewStart = hunk.NewStart,
        NewCount = hunk.NewCount,
        Section = hunk.Section,
        Lines = { hunk.Lines.Select(From) },
    };

    private static V1.DiffLine From(Domain.DiffLine line) => new()
    {
        Kind = (V1.DiffLine.Types.Kind)line.Kind,
        OldNumber = line.OldNumber,
        NewNumber = line.NewNumber,
        Text = line.Text,
        RawText = line.Raw is { } raw ? ByteString.CopyFrom(raw) : ByteString.Empty,
        NoNewline = line.HasNoNewline,
    };
}
