using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Granary.Grains.Posix;

namespace Granary.Grains.Git.Journal;

/// <summary>
/// The append-only history of a repository's ref updates: segment files named by their first sequence number, one line a
/// record, each with a CRC-32 of its JSON in front. At most one intent is open, always the last. Used under the repository's lock only.
/// </summary>
internal sealed class RefJournal(string directory, long segmentSize = RefJournal.SegmentSize)
{
    private const long SegmentSize = 8 << 20;
    private const int ChecksumLength = 9;

    /// <summary>The pushes of the current segment and of the one before, so that a push is not looked for in the files each time.</summary>
    private HashSet<Guid> _pushes = [];
    private HashSet<Guid> _earlierPushes = [];

    private string? _segment;
    private long _length;

    /// <summary>
    /// What was appended without a sync. It is written again with the next record that is synced: if the kernel lost it in a
    /// failed sync, that record's sync would not tell.
    /// </summary>
    private byte[] _unsynced = [];

    /// <summary>The sequence of the last intent; 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <summary>The intent that has no close; its refs may or may not have moved.</summary>
    public JournalRecord? OpenIntent { get; private set; }

    /// <summary>Reads the last segment if anyone but this object has written since.</summary>
    public void Refresh()
    {
        var segments = Segments().TakeLast(2).ToArray();
        var last = segments.LastOrDefault();
        if (last == _segment && (last is null || new FileInfo(last).Length == _length)) return;
        _segment = last;
        _length = 0;
        _unsynced = [];
        LastSequence = last is null ? 0 : Math.Max(0, FirstSequence(last) - 1);
        OpenIntent = null;
        _pushes.Clear();
        _earlierPushes.Clear();
        if (last is null) return;
        if (segments.Length == 2) _earlierPushes = [.. Read(segments[0]).Select(static r => r.Record.PushId).OfType<Guid>()];
        foreach (var (record, end) in Read(last))
        {
            Apply(record);
            _length = end;
        }

        // A line torn by a crash was never acknowledged: it is cut off before anything is appended.
        if (new FileInfo(last).Length > _length)
        {
            using var file = File.OpenHandle(last, FileMode.Open, FileAccess.Write, FileShare.Read);
            RandomAccess.SetLength(file, _length);
            DurableFiles.Sync(file);
        }
    }

    /// <summary>Appends and makes it durable; after a failure nothing of it stays.</summary>
    public void AppendIntent(JournalRecord intent)
    {
        if (OpenIntent is not null) throw new InvalidOperationException("The last intent is open.");
        Append(intent, durable: true);
    }

    /// <summary>Closes the open intent. Not synced: what a crash loses, the comparison with the refs finds again.</summary>
    public void AppendClose(bool committed) => Append(
        new JournalRecord { Kind = JournalRecord.Close, Sequence = LastSequence, Committed = committed }, durable: false);

    /// <summary>Makes sure, durably, that a push which was not applied never will be.</summary>
    public void AppendVoid(Guid pushId) => Append(
        new JournalRecord { Kind = JournalRecord.Void, Sequence = LastSequence, PushId = pushId }, durable: true);

    /// <summary>Whether a push is among those of the last two segments, committed or not.</summary>
    public bool MayHave(Guid pushId) => _pushes.Contains(pushId) || _earlierPushes.Contains(pushId);

    /// <summary>Finds the committed intent of a push among the recent segments.</summary>
    public JournalRecord? FindCommitted(Guid pushId)
    {
        foreach (var segment in Segments().Reverse().Take(2))
        {
            JournalRecord? found = null;
            foreach (var (record, _) in Read(segment))
            {
                if (record.PushId == pushId && record.Kind == JournalRecord.Intent) found = record;
                else if (found is not null && record.Kind == JournalRecord.Close && record.Sequence == found.Sequence)
                    return record.Committed == true ? found : null;
            }
        }

        return null;
    }

    private void Append(JournalRecord record, bool durable)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, JournalJson.Default.JournalRecord);
        var line = new byte[ChecksumLength + json.Length + 1];
        Encoding.ASCII.GetBytes(Checksum(json), line);
        line[ChecksumLength - 1] = (byte)' ';
        json.CopyTo(line, ChecksumLength);
        line[^1] = (byte)'\n';

        var create = _segment is null || (_length > segmentSize && record.Kind == JournalRecord.Intent);
        var segment = create ? Path.Combine(directory, record.Sequence.ToString("D16", CultureInfo.InvariantCulture) + ".log") : _segment!;
        if (create) SyncSegment();
        var offset = create ? 0 : _length;
        var unsynced = create ? line : (byte[])[.. _unsynced, .. line];
        using (var file = File.OpenHandle(segment, create ? FileMode.Create : FileMode.Open, FileAccess.Write, FileShare.Read))
        {
            try
            {
                RandomAccess.Write(file, unsynced, offset + line.Length - unsynced.Length);
                if (durable) DurableFiles.Sync(file);
                if (create) DurableFiles.SyncDirectory(directory);
            }
            catch (IOException)
            {
                if (create) File.Delete(segment);
                else RandomAccess.SetLength(file, offset);
                throw;
            }
        }

        if (create)
        {
            _earlierPushes = _pushes;
            _pushes = [];
        }

        _segment = segment;
        _length = offset + line.Length;
        _unsynced = durable ? [] : unsynced;
        Apply(record);
    }

    /// <summary>Before a new segment: nobody looks for an open intent in an older one.</summary>
    private void SyncSegment()
    {
        if (_unsynced.Length == 0) return;
        using var file = File.OpenHandle(_segment!, FileMode.Open, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, _unsynced, _length - _unsynced.Length);
        DurableFiles.Sync(file);
        _unsynced = [];
    }

    private void Apply(JournalRecord record)
    {
        LastSequence = record.Sequence;
        if (record.PushId is { } pushId) _pushes.Add(pushId);
        OpenIntent = record.Kind == JournalRecord.Intent ? record : null;
    }

    private IOrderedEnumerable<string> Segments() =>
        Directory.EnumerateFiles(directory, "????????????????.log").Order(StringComparer.Ordinal);

    private static long FirstSequence(string segment) =>
        long.Parse(Path.GetFileNameWithoutExtension(segment), CultureInfo.InvariantCulture);

    /// <summary>
    /// The whole records of a segment in order, each with the offset of its end. A damaged one is passed over: what follows it
    /// was acknowledged, and its sequence numbers must never be given again.
    /// </summary>
    internal static IEnumerable<(JournalRecord Record, long End)> Read(string segment, long from = 0)
    {
        var bytes = ReadBytes(segment, from);
        for (var start = 0; start < bytes.Length;)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0) yield break;
            var record = length < ChecksumLength ? null : Parse(bytes.AsSpan(start, length));
            start += length + 1;
            if (record is not null) yield return (record, from + start);
        }
    }

    private static byte[] ReadBytes(string segment, long from)
    {
        using var file = File.OpenHandle(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Math.Max(0, RandomAccess.GetLength(file) - from)];
        var count = 0;
        for (int read; count < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(count), from + count)) > 0;) count += read;
        return count == bytes.Length ? bytes : bytes[..count];
    }

    private static JournalRecord? Parse(ReadOnlySpan<byte> line)
    {
        var json = line[ChecksumLength..];
        if (!Encoding.ASCII.GetBytes(Checksum(json)).AsSpan().SequenceEqual(line[..(ChecksumLength - 1)])) return null;
        return JsonSerializer.Deserialize(json, JournalJson.Default.JournalRecord);
    }

    private static string Checksum(ReadOnlySpan<byte> json) => Crc32.HashToUInt32(json).ToString("x8", CultureInfo.InvariantCulture);
}
