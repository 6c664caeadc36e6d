using Domain = Granary.Git.Reading.Search;

namespace Granary.Frontends.Rpc.Search;

/// <summary>What a search found as the API shows it.</summary>
internal static class SearchMessages
{
    public static V1.SearchFilesResponse From(Domain.SearchPart part) => part switch
    {
        Domain.FileMatches file => new V1.SearchFilesResponse { File = From(file) },
        Domain.SearchSummary summary => new V1.SearchFilesResponse { Summary = From(summary) },
        _ => throw new InvalidOperationException($"There is no message for {part.GetType().Name}."),
    };

    private static V1.FileMatches From(Domain.FileMatches file) => new()
    {
        Path = file.Path.Text,
        RawPath = file.Path.Raw(),
        Mode = Convert.ToString(file.Mode, 8).PadLeft(6, '0'),
        BlobId = file.Id.ToString(),
        Encoding = file.Found.Encoding ?? "",
        Lines = { file.Found.Lines.Select(From) },
        Truncated = file.Found.IsTruncated,
    };

    private static V1.SearchLine From(Domain.SearchLine line) => new()
    {
        Number = line.Number,
        Text = line.Text,
        Context = line.IsContext,
        Matches = { line.Matches.Select(static range => new V1.MatchRange { Column = range.Column, Length = range.Length }) },
        Skipped = line.Skipped,
        Cut = line.IsCut,
    };

    private static V1.SearchSummary From(Domain.SearchSummary summary) => new()
    {
        FileCount = summary.Files,
        ByteCount = summary.Bytes,
        MatchingFileCount = summary.MatchingFiles,
        MatchingLineCount = summary.MatchingLines,
        BinaryFileCount = summary.BinaryFiles,
        LargeFileCount = summary.LargeFiles,
        Truncated = summary.Limit != Domain.SearchLimit.None,
        Limit = (V1.SearchSummary.Types.Limit)summary.Limit,
    };
}
