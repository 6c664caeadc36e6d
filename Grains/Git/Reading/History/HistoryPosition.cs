using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Granary.Git.Reading.History;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History;

/// <summary>
/// Where a page of history ended: the commits between which the walk goes, by id, so that pushes do not move it; how many commits
/// it had passed in its order, and what the followed file was called there.
/// </summary>
/// <param name="Ends">The commits that the revision named.</param>
/// <param name="Passed">Commits of the walk, shown or not.</param>
/// <param name="Path">Null: as in the query.</param>
internal sealed record HistoryPosition(IReadOnlyList<ObjectId> Ends, int Passed, byte[]? Path)
{
    private const int MaxEnds = 2;

    /// <param name="query">That it belongs to: what changes the order of its walk must not change between pages.</param>
    public string Encode(HistoryQuery query) => string.Join(
        ' ',
        Seal(query),
        string.Join(',', Ends),
        Passed.ToString(CultureInfo.InvariantCulture),
        Path is null ? "" : Convert.ToBase64String(Path));

    /// <returns>Null: it is none, or of another query.</returns>
    public static HistoryPosition? TryDecode(string text, HistoryQuery query)
    {
        var parts = text.Split(' ');
        if (parts.Length != 4 || parts[0] != Seal(query) || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var passed)) return null;
        var ends = new List<ObjectId>();
        foreach (var end in parts[1].Split(','))
        {
            if (!ObjectId.TryParse(end, out var id) || id.Format != HashFormat.Sha1 || ends.Count == MaxEnds) return null;
            ends.Add(id);
        }

        if (ends.Count != HistoryRange.Parse(query.Revision).EndCount) return null;
        var path = new byte[parts[3].Length];
        if (!Convert.TryFromBase64String(parts[3], path, out var length)) return null;
        return new HistoryPosition(ends, passed, length == 0 ? null : path[..length]);
    }

    private static string Seal(HistoryQuery query)
    {
        const int digits = 12;
        var what = $"{query.Revision}\n{Convert.ToHexString(query.Path.Bytes.Span)}\n{query.FollowsRenames}\n{query.FirstParentOnly}\n{query.Since}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..digits];
    }
}
