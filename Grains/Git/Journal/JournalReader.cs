using System.Globalization;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Journal;

/// <summary>
/// Reads what a journal's pushes came to, without the repository's lock: a record counts once its close is there. What an
/// open intent may become is not told before it is resolved. Blocks its thread.
/// </summary>
internal sealed class JournalReader(string directory)
{
    private string? _segment;
    private long _offset;
    private long _sequence;

    /// <summary>The number of the first record that is still there; 1 when there is none.</summary>
    public long FirstSequence => Segments() is [var first, ..] ? FirstOf(first) : 1;

    /// <summary>The committed pushes after a sequence number, in order, and where the journal ends.</summary>
    /// <param name="after">Sequence numbers up to this one are passed over.</param>
    /// <param name="most">The most pushes to return; the next call continues.</param>
    public JournalTail Read(long after, int most)
    {
        var committed = new List<JournalRecord>();
        var sources = new HashSet<string>(StringComparer.Ordinal);
        JournalRecord? open = null;
        var last = Seek(after);
        foreach (var segment in Segments().SkipWhile(s => string.CompareOrdinal(s, _segment) < 0).ToList())
        {
            if (segment != _segment) (_segment, _offset) = (segment, 0);
            foreach (var (record, end) in RefJournal.Read(segment, _offset))
            {
                if (committed.Count == most) return Synced(sources, committed, null, last, hasMore: true) with { End = Math.Max(last, Glance()) };
                if (record.Kind == JournalRecord.Intent)
                {
                    open = record;
                    continue;
                }

                if (record.Kind == JournalRecord.Close)
                {
                    if (record.Committed == true && open?.Sequence == record.Sequence && record.Sequence > after)
                    {
                        committed.Add(open);
                        sources.Add(segment);
                    }

                    open = null;
                    last = record.Sequence;
                }

                // An intent that is open may yet be cut off and its number given again: the next read begins before it.
                (_offset, _sequence) = (end, last);
            }
        }

        return Synced(sources, committed, open, last, hasMore: false);
    }

    /// <summary>Changes whenever there may be something new to read; two looks at files' attributes.</summary>
    public JournalStamp Stamp()
    {
        var segment = _segment is null ? null : new FileInfo(_segment);
        return segment is { Exists: true }
            ? new JournalStamp(Directory.GetLastWriteTimeUtc(directory), segment.LastWriteTimeUtc, segment.Length)
            : new JournalStamp(Directory.GetLastWriteTimeUtc(directory), default, -1);
    }

    /// <summary>Segment files in order.</summary>
    public IReadOnlyList<string> Segments() => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "????????????????.log").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// Closes are appended without a sync; whoever acts on one makes it durable first, so that no later comparison with the
    /// refs can come to another result.
    /// </summary>
    private static JournalTail Synced(
        HashSet<string> segments, List<JournalRecord> committed, JournalRecord? open, long last, bool hasMore)
    {
        foreach (var segment in segments) DurableFiles.SyncFile(segment);
        return new JournalTail(committed, open, last, hasMore, last);
    }

    /// <summary>The number of the last record, or a little less: its lines are cut off where they are longer than a look goes.</summary>
    private long Glance()
    {
        const int Look = 4096;
        return Segments() is not [.., var last] ? 0
            : RefJournal.Read(last, Math.Max(0, new FileInfo(last).Length - Look)).Select(static r => r.Record.Sequence).DefaultIfEmpty().Max();
    }

    /// <summary>Stays where the last read ended, or goes to the segment with the record after <paramref name="after"/>.</summary>
    private long Seek(long after)
    {
        if (_segment is not null && after >= _sequence && File.Exists(_segment)) return _sequence;
        _segment = Segments().LastOrDefault(s => FirstOf(s) <= after + 1);
        _offset = 0;
        _sequence = 0;
        return _segment is null ? 0 : Math.Max(0, FirstOf(_segment) - 1);
    }

    private static long FirstOf(string segment) =>
        long.Parse(Path.GetFileNameWithoutExtension(segment), CultureInfo.InvariantCulture);
}

/// <summary>How a journal's files look from outside.</summary>
/// <param name="Folder">When a segment came or went.</param>
/// <param name="Written">When the segment that was read last was written.</param>
/// <param name="Length">Its length in bytes; -1: there is none.</param>
internal readonly record struct JournalStamp(DateTime Folder, DateTime Written, long Length);

/// <summary>What a journal has beyond a sequence number.</summary>
/// <param name="Committed">Pushes that happened, in order.</param>
/// <param name="Open">The last intent, if it has no close.</param>
/// <param name="Last">The sequence of the last close: everything up to it is decided.</param>
/// <param name="HasMore">There is more than was asked for.</param>
/// <param name="End">About where the journal ends: <paramref name="Last"/>, and beyond it when there is more.</param>
internal sealed record JournalTail(IReadOnlyList<JournalRecord> Committed, JournalRecord? Open, long Last, bool HasMore, long End);
