using System.Globalization;
using Granary.Grains.Git.Journal;

namespace Granary.Grains.Outbox;

/// <summary>Removes what is both delivered and old. The last two segments stay: they hold the sequence numbers and recent pushes.</summary>
internal static class JournalPruning
{
    private const int Kept = 2;

    /// <summary>Whether a segment may be old enough to go; needs no lock.</summary>
    public static bool HasOld(JournalReader journal, DateTime limit)
    {
        var segments = journal.Segments();
        return segments.Count > Kept && File.GetLastWriteTimeUtc(segments[0]) < limit;
    }

    /// <param name="journal">Under the repository's lock.</param>
    /// <param name="delivered">Every kind has been given the events up to this one.</param>
    /// <param name="limit">A segment last written before may go, in UTC.</param>
    public static void Prune(JournalReader journal, long delivered, DateTime limit)
    {
        var segments = journal.Segments();
        for (var i = 0; i < segments.Count - Kept; i++)
        {
            var next = long.Parse(Path.GetFileNameWithoutExtension(segments[i + 1]), CultureInfo.InvariantCulture);
            if (next - 1 > delivered || File.GetLastWriteTimeUtc(segments[i]) >= limit) return;
            File.Delete(segments[i]);
        }
    }
}
