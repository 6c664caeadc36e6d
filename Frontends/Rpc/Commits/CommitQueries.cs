using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Granary.Frontends.Rpc.Paging;
using Granary.Hooks.Commits;

namespace Granary.Frontends.Rpc.Commits;

/// <summary>Reads what requests ask for.</summary>
internal static class CommitQueries
{
    private const int DefaultSize = 30;
    private const int MaxSize = 100;
    private const int MaxAuthorLength = 256;

    public static CommitQuery Read(string issue, string author, Timestamp? since, Timestamp? until, int pageSize, string pageToken)
    {
        if (pageSize < 0) throw Arguments.Invalid("A page size may not be negative.", "page_size");
        if (author.Length > MaxAuthorLength) throw Arguments.Invalid($"The name or mail address of an author has at most {MaxAuthorLength} characters.");
        if (author.Any(static c => c is '\uFFFE' || char.IsControl(c))) throw Arguments.Invalid("The name or mail address of an author has printable characters only.");
        return new CommitQuery(
            pageSize == 0 ? DefaultSize : Math.Min(pageSize, MaxSize),
            issue.Length == 0 ? null : Issue(issue),
            author.Length == 0 ? null : author,
            Arguments.Time(since),
            Arguments.Time(until),
            After(pageToken));
    }

    public static IssueKey Issue(string text) => IssueKey.TryParse(text, out var key, out var fault) ? key : throw Arguments.Invalid(fault);

    public static string Token(CommitPlace? next) =>
        PageToken.Encode(next is { } place ? string.Create(CultureInfo.InvariantCulture, $"{place.Time} {place.Number}") : null);

    private static CommitPlace? After(string token)
    {
        if (token.Length == 0) return null;
        return PageToken.TryDecode(token, out var text) && text!.Split(' ') is [var time, var number]
            && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? new CommitPlace(seconds, place)
            : throw Arguments.Invalid("This page token is not one that the server gave; begin again with an empty one.", "page_token");
    }
}
