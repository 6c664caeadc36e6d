using System.Globalization;
using System.Text;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests;

/// <summary>Snapshots made from lines of text; names are Latin-1, one char a byte.</summary>
internal static class Refs
{
    public const string Zero = "0000000000000000000000000000000000000000";

    /// <summary>The n-th of many object ids.</summary>
    public static string Id(int n) => n.ToString("x40", CultureInfo.InvariantCulture);

    public static RefSnapshot Empty => Snapshot("refs/heads/main");

    /// <param name="head">What HEAD names.</param>
    /// <param name="refs">In any order: a name, its id, and what it peels to or null.</param>
    public static RefSnapshot Snapshot(string? head, params IEnumerable<(string Name, string Id, string? Peeled)> refs) =>
        Snapshot(head, detached: null, refs);

    public static RefSnapshot Detached(string id, params IEnumerable<(string Name, string Id, string? Peeled)> refs) =>
        Snapshot(null, ObjectId.Parse(id), refs);

    private static RefSnapshot Snapshot(string? head, ObjectId? detached, IEnumerable<(string Name, string Id, string? Peeled)> refs)
    {
        var packed = new StringBuilder();
        foreach (var (name, id, peeled) in refs.OrderBy(static r => r.Name, StringComparer.Ordinal))
        {
            packed.Append(CultureInfo.InvariantCulture, $"{id} {name}\n");
            if (peeled is not null) packed.Append(CultureInfo.InvariantCulture, $"^{peeled}\n");
        }

        return new RefSnapshot(new RefVersion(1, 1), HashFormat.Sha1, Wire.Bytes(packed.ToString()), head, detached, default);
    }
}
