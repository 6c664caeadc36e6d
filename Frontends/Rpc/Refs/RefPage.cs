using System.Globalization;
using System.Text;
using Granary.Frontends.Rpc.Errors;
using Granary.Git.Reading;
using Granary.Repositories;
using Granary.V1;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>What a list of refs is asked for.</summary>
internal sealed record RefQuery(string Folder, string Prefix, string Contains, RefOrder Order, int PageSize, string PageToken);

/// <summary>A page of a list of refs.</summary>
/// <param name="Items">With what they point to; a ref whose object is missing is left out.</param>
/// <param name="NextPageToken">Empty: it was the last.</param>
internal sealed record RefPage(IReadOnlyList<(string Name, RefTip Tip)> Items, string NextPageToken)
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;
    private const int MaxText = 1024;

    /// <summary>Each is read once to be sorted.</summary>
    private const int MaxSorted = 20_000;

    /// <exception cref="RefusedException">The query makes no sense, or is too much.</exception>
    public static async Task<RefPage> ReadAsync(
        RepositoryId repository, RefSnapshot refs, RefQuery query, IRefTipReader tips, CancellationToken cancellationToken)
    {
        if (query.PageSize < 0) throw Arguments.Invalid("A page size may not be negative.");
        if (query.Prefix.Length > MaxText || query.Contains.Length > MaxText) throw Arguments.Invalid($"A part of a name has at most {MaxText} characters.");
        if (!Paging.PageToken.TryDecode(query.PageToken, out var after)) throw InvalidToken();
        var size = query.PageSize == 0 ? DefaultSize : Math.Min(query.PageSize, MaxSize);
        return query.Order switch
        {
            RefOrder.Name => await ByNameAsync(repository, refs, query, after, size, tips, cancellationToken),
            RefOrder.Latest => await ByTimeAsync(repository, refs, query, after, size, tips, cancellationToken),
            _ => throw Arguments.Invalid("There is no such order of refs."),
        };
    }

    private static async Task<RefPage> ByNameAsync(
        RepositoryId repository, RefSnapshot refs, RefQuery query, string? after, int size, IRefTipReader tips, CancellationToken cancellationToken)
    {
        var found = Find(refs, query, after).Take(size + 1).ToList();
        var page = found.Take(size).ToList();
        var items = await WithTipsAsync(repository, page, tips, cancellationToken);
        return new RefPage(items, Paging.PageToken.Encode(found.Count > size ? page[^1].Name : null));
    }

    private static async Task<RefPage> ByTimeAsync(
        RepositoryId repository, RefSnapshot refs, RefQuery query, string? after, int size, IRefTipReader tips, CancellationToken cancellationToken)
    {
        var found = Find(refs, query, null).Take(MaxSorted + 1).ToList();
        if (found.Count > MaxSorted)
        {
            throw new RefusedException(new Refusal(
                RefusalKind.FailedPrecondition, $"These are more than {MaxSorted} refs, which are not sorted by time; narrow them down by a prefix."));
        }

        var all = await WithTipsAsync(repository, found, tips, cancellationToken);
        IEnumerable<(string Name, RefTip Tip)> sorted = all.OrderByDescending(static r => r.Tip.Seconds).ThenBy(static r => r.Name, StringComparer.Ordinal);
        if (after is not null)
        {
            var space = after.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !long.TryParse(after.AsSpan(0, space), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)) throw InvalidToken();
            var name = after[(space + 1)..];
            sorted = sorted.Where(r => r.Tip.Seconds < seconds || (r.Tip.Seconds == seconds && string.CompareOrdinal(r.Name, name) > 0));
        }

        var page = sorted.Take(size + 1).ToList();
        var next = page.Count > size ? string.Create(CultureInfo.InvariantCulture, $"{page[size - 1].Tip.Seconds} {page[size - 1].Name}") : null;
        return new RefPage([.. page.Take(size)], Paging.PageToken.Encode(next));
    }

    /// <summary>Names without the folder, in the order of the snapshot.</summary>
    private static IEnumerable<(string Name, ObjectId Id)> Find(RefSnapshot refs, RefQuery query, string? after)
    {
        var start = Encoding.UTF8.GetBytes(query.Folder + query.Prefix);
        var from = refs.LowerBound(start);
        if (after is not null)
        {
            // Behind the ref itself, whether or not it is still there.
            byte[] next = [.. Encoding.UTF8.GetBytes(query.Folder + after), 0];
            from = Math.Max(from, refs.LowerBound(next));
        }

        for (var i = from; i < refs.Count; i++)
        {
            if (Match(refs[i], start, query) is not { } found) yield break;
            if (found.Name.Contains(query.Contains, StringComparison.OrdinalIgnoreCase)) yield return found;
        }
    }

    private static (string Name, ObjectId Id)? Match(RefEntry entry, ReadOnlySpan<byte> start, RefQuery query) =>
        entry.Name.StartsWith(start) && ObjectId.TryParse(entry.Hex, out var id) ? (Encoding.UTF8.GetString(entry.Name[query.Folder.Length..]), id) : null;

    private static async Task<IReadOnlyList<(string Name, RefTip Tip)>> WithTipsAsync(
        RepositoryId repository, IReadOnlyList<(string Name, ObjectId Id)> refs, IRefTipReader tips, CancellationToken cancellationToken)
    {
        var read = await tips.ReadAsync(repository, [.. refs.Select(static r => r.Id)], cancellationToken);
        return [.. refs.Zip(read).Where(static r => r.Second is not null).Select(static r => (r.First.Name, r.Second!))];
    }

    private static RefusedException InvalidToken() => Arguments.Invalid("This page token is not one that the server gave; begin again with an empty one.");
}
