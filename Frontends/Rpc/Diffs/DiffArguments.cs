using Google.Protobuf;
using Granary.Git.Reading.Diffs;
using Granary.V1;

namespace Granary.Frontends.Rpc.Diffs;

/// <summary>What a diff is made of, read from a request.</summary>
internal static class DiffArguments
{
    private const int MaxContext = 1000;
    private const int MaxPaths = 1000;
    private const int DefaultSimilarity = 50;

    public static DiffSettings Settings(DiffOptions? options)
    {
        if (options is null) return new DiffSettings();
        var defaults = new DiffSettings();
        var context = options.HasContextLines ? options.ContextLines : defaults.ContextLines;
        if (context is < 0 or > MaxContext) throw Arguments.Invalid($"Lines of context are 0 to {MaxContext}.");
        if (options.Similarity is < 0 or > 100) throw Arguments.Invalid("A similarity is 1 to 100 percent.");
        return new DiffSettings
        {
            ContextLines = context,
            Whitespace = WhitespaceOf(options.Whitespace),
            IgnoreBlankLines = options.IgnoreBlankLines,
            Moves = MovesOf(options.Moves),
            Similarity = options.Similarity == 0 ? DefaultSimilarity : options.Similarity,
            Paths = PathsOf(options),
            WithLines = !options.StatsOnly,
            MaxFiles = Limit(options.MaxFiles),
            MaxLines = Limit(options.MaxLines),
            MaxLinesPerFile = Limit(options.MaxLinesPerFile),
        };
    }

    /// <summary>The root among them is everything.</summary>
    private static IReadOnlyList<ReadOnlyMemory<byte>> PathsOf(DiffOptions options)
    {
        if (options.Paths.Count + options.RawPaths.Count > MaxPaths) throw Arguments.Invalid($"At most {MaxPaths} paths can be given.");
        var paths = options.Paths.Select(static text => Arguments.Path(text, ByteString.Empty))
            .Concat(options.RawPaths.Select(static raw => Arguments.Path("", raw))).ToList();
        return paths.Any(static path => path.IsRoot) ? [] : [.. paths.Select(static path => path.Bytes)];
    }

    private static int? Limit(int wish) => wish switch
    {
        < 0 => throw Arguments.Invalid("A limit may not be negative."),
        0 => null,
        _ => wish,
    };

    private static WhitespaceMode WhitespaceOf(DiffOptions.Types.Whitespace mode) => mode switch
    {
        DiffOptions.Types.Whitespace.Unspecified => WhitespaceMode.Exact,
        DiffOptions.Types.Whitespace.IgnoreAtEndOfLine => WhitespaceMode.IgnoreAtEndOfLine,
        DiffOptions.Types.Whitespace.IgnoreChange => WhitespaceMode.IgnoreChange,
        DiffOptions.Types.Whitespace.IgnoreAll => WhitespaceMode.IgnoreAll,
        _ => throw Arguments.Invalid("There is no such way to look at white space."),
    };

    private static MoveDetection MovesOf(DiffOptions.Types.Moves moves) => moves switch
    {
        DiffOptions.Types.Moves.None => MoveDetection.None,
        DiffOptions.Types.Moves.Unspecified or DiffOptions.Types.Moves.Renames => MoveDetection.Renames,
        DiffOptions.Types.Moves.RenamesAndCopies => MoveDetection.RenamesAndCopies,
        _ => throw Arguments.Invalid("There is no such way to find files that moved."),
    };
}
