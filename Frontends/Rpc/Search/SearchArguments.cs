using System.Text;
using Google.Protobuf.Collections;
using Granary.Git.Reading.Search;
using Granary.V1;

namespace Granary.Frontends.Rpc.Search;

/// <summary>What to look for, read from a request.</summary>
internal static class SearchArguments
{
    private const int MaxContext = 10;
    private const int MaxGlobs = 100;

    /// <summary>Each path is held against each of them, which takes time by the product of their lengths.</summary>
    private const int MaxGlobBytes = 16 << 10;

    public static SearchQuery Query(SearchFilesRequest request)
    {
        if (request.ContextLines is < 0 or > MaxContext) throw Arguments.Invalid($"Lines of context are 0 to {MaxContext}.", "context_lines");
        return new SearchQuery
        {
            Pattern = request.Pattern,
            IsExpression = IsExpression(request.Syntax),
            IgnoreCase = request.IgnoreCase,
            WholeWords = request.WholeWords,
            Path = Arguments.Path(request.Path, request.RawPath),
            Globs = Globs(request.Globs, "globs"),
            ExcludedGlobs = Globs(request.ExcludedGlobs, "excluded_globs"),
            ContextLines = request.ContextLines,
            MaxLinesPerFile = Limit(request.MaxLinesPerFile, "max_lines_per_file"),
            MaxLines = Limit(request.MaxLines, "max_lines"),
        };
    }

    private static bool IsExpression(SearchFilesRequest.Types.Syntax syntax) => syntax switch
    {
        SearchFilesRequest.Types.Syntax.Unspecified or SearchFilesRequest.Types.Syntax.Fixed => false,
        SearchFilesRequest.Types.Syntax.RegularExpression => true,
        _ => throw Arguments.Invalid("There is no such way to read a pattern.", "syntax"),
    };

    private static RepeatedField<string> Globs(RepeatedField<string> globs, string field)
    {
        if (globs.Count > MaxGlobs) throw Arguments.Invalid($"At most {MaxGlobs} globs can be given.", field);
        if (globs.Any(static glob => glob.Length == 0)) throw Arguments.Invalid("A glob is not empty.", field);
        if (globs.Sum(static glob => Encoding.UTF8.GetByteCount(glob)) > MaxGlobBytes) throw Arguments.Invalid($"All globs have at most {MaxGlobBytes} bytes.", field);
        return globs;
    }

    private static int? Limit(int wish, string field) => wish switch
    {
        < 0 => throw Arguments.Invalid("A limit may not be negative.", field),
        0 => null,
        _ => wish,
    };
}
