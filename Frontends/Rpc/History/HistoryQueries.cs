using Granary.Frontends.Rpc.Paging;
using Granary.Git.Reading.History;
using Granary.V1;

namespace Granary.Frontends.Rpc.History;

/// <summary>Reads what a request asks of the history.</summary>
internal static class HistoryQueries
{
    private const int MaxText = 1000;

    public static HistoryQuery From(ListCommitsRequest request)
    {
        if (request.PageSize < 0) throw Arguments.Invalid("A page size may not be negative.");
        if (!PageToken.TryDecode(request.PageToken, out var after))
            throw Arguments.Invalid("This page token is not one that the server gave; begin again with an empty one.");
        var path = Arguments.Path(request.Path, request.RawPath);
        if (request.Follow && path.IsRoot) throw Arguments.Invalid("Follow which file? The path is empty.");
        return new HistoryQuery(request.Revision, request.PageSize == 0 ? HistoryQuery.DefaultPageSize : Math.Min(request.PageSize, HistoryQuery.MaxPageSize))
        {
            Path = path,
            FollowsRenames = request.Follow,
            Author = Line(request.Author),
            Text = Line(request.Text),
            Since = Arguments.Time(request.Since)?.ToUnixTimeSeconds(),
            Until = Arguments.Time(request.Until)?.ToUnixTimeSeconds(),
            FirstParentOnly = request.FirstParent,
            After = after,
        };
    }

    private static string Line(string text) => text.Length > MaxText || text.Contains('\n', StringComparison.Ordinal)
        ? throw Arguments.Invalid($"What is searched for has one line of at most {MaxText} characters.")
        : text;
}
