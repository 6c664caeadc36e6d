using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>
/// The commit-graph that housekeeping writes, mapped into memory: https://git-scm.com/docs/gitformat-commit-graph. One that has been
/// replaced can be read on. A file that is not what it should be counts as none: objects say the same, more slowly.
/// </summary>
internal sealed unsafe class CommitGraphFile : IDisposable
{
    private const int HeaderLength = 8;
    private const int ChunkEntryLength = 12;
    private const int FanoutLength = 256 * 4;
    private const int IdLength = 20;
    private const int DataLength = IdLength + 16;
    private const int FilterHeaderLength = 12;
    private const uint MaxHashes = 64;
    private const uint NoParent = 0x7000_0000;
    private const uint MoreParents = 0x8000_0000;

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly long _length;
    private long _fanout = -1;
    private long _ids = -1;
    private long _data = -1;
    private long _edges = -1;
    private long _edgeCount;
    private long _filterEnds = -1;
    private long _filters = -1;
    private long _filtersLength;

    private CommitGraphFile(FileStream file)
    {
        _length = file.Length;
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + _view.PointerOffset;
    }

    public int Count { get; private set; }

    /// <summary>Null when there is none, or none that can be read.</summary>
    public static CommitGraphFile? TryOpen(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (file.Length < HeaderLength + ChunkEntryLength + FanoutLength)
        {
            file.Dispose();
            return null;
        }

        var graph = new CommitGraphFile(file);
        if (graph.IsValid()) return graph;
        graph.Dispose();
        return null;
    }

    /// <returns>The place of a commit; -1: it is not in the graph.</returns>
    public int Find(ObjectId id)
    {
        Span<byte> wanted = stackalloc byte[32];
        if (id.CopyTo(wanted) != IdLength) return -1;
        wanted = wanted[..IdLength];
        var (low, high) = (wanted[0] == 0 ? 0 : Fanout(wanted[0] - 1), Fanout(wanted[0]) - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = wanted.SequenceCompareTo(new ReadOnlySpan<byte>(_start + _ids + ((long)middle * IdLength), IdLength));
            if (order == 0) return middle;
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }

        return -1;
    }

    public ObjectId IdAt(int place) => ObjectId.FromBytes(HashFormat.Sha1, new ReadOnlySpan<byte>(_start + _ids + ((long)place * IdLength), IdLength));

    public ObjectId TreeAt(int place) => ObjectId.FromBytes(HashFormat.Sha1, new ReadOnlySpan<byte>(_start + DataOf(place), IdLength));

    /// <summary>The committer's time.</summary>
    public long TimeAt(int place)
    {
        const uint highBits = 3;
        var at = DataOf(place) + IdLength + 8;
        return ((long)(Number(at) & highBits) << 32) | Number(at + 4);
    }

    /// <summary>One more than the highest of its parents'; 0: the writer did not know.</summary>
    public uint GenerationAt(int place) => Number(DataOf(place) + IdLength + 8) >> 2;

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public void AddParents(int place, List<int> parents)
    {
        var at = DataOf(place) + IdLength;
        var (first, second) = (Number(at), Number(at + 4));
        if (first == NoParent) return;
        parents.Add(Checked(first));
        if (second == NoParent) return;
        if ((second & MoreParents) == 0)
        {
            parents.Add(Checked(second));
            return;
        }

        for (long edge = second & ~MoreParents; ; edge++)
        {
            if (edge >= _edgeCount) throw Damaged();
            var parent = Number(_edges + (edge * 4));
            parents.Add(Checked(parent & ~MoreParents));
            if ((parent & MoreParents) != 0) return;
        }
    }

    /// <summary>Whether something may differ at a path between a commit and its first parent, or nothing when it has none.</summary>
    /// <returns>False only when that is certain.</returns>
    public bool MayHaveChanged(int place, PathHash path)
    {
        if (_filters < 0) return true;
        var (version, hashes) = (Number(_filters), Number(_filters + 4));
        if (hashes is 0 or > MaxHashes || !(version == 2 || (version == 1 && path.IsAscii))) return true;
        var start = place == 0 ? 0 : Number(_filterEnds + ((place - 1L) * 4));
        var end = Number(_filterEnds + (place * 4L));

        // An empty one was not made, because of too many changes.
        if (end <= start || end > _filtersLength) return true;
        return path.MayBeIn(new ReadOnlySpan<byte>(_start + _filters + FilterHeaderLength + start, checked((int)(end - start))), hashes);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private static InvalidDataException Damaged() => new("The commit-graph is damaged.");

    private bool IsValid()
    {
        const uint signature = 0x4347_5048;
        if (Number(0) != signature || _start[4] != 1 || _start[5] != 1 || _start[7] != 0) return false;
        var chunks = _start[6];
        if (HeaderLength + ((chunks + 1L) * ChunkEntryLength) > _length - IdLength) return false;
        long dataEnd = 0, idsEnd = 0, fanoutEnd = 0, filterEndsEnd = 0;
        for (var i = 0; i < chunks; i++)
        {
            var at = HeaderLength + (i * ChunkEntryLength);
            var (start, end) = (Offset(at + 4), Offset(at + 4 + ChunkEntryLength));
            if (start < HeaderLength || end < start || end > _length - IdLength) return false;
            switch (Number(at))
            {
                case 0x4f49_4446: (_fanout, fanoutEnd) = (start, end); break;
                case 0x4f49_444c: (_ids, idsEnd) = (start, end); break;
                case 0x4344_4154: (_data, dataEnd) = (start, end); break;
                case 0x4544_4745: (_edges, _edgeCount) = (start, (end - start) / 4); break;
                case 0x4249_4458: (_filterEnds, filterEndsEnd) = (start, end); break;
                case 0x4244_4154 when end - start >= FilterHeaderLength: (_filters, _filtersLength) = (start, end - start - FilterHeaderLength); break;
            }
        }

        if (_fanout < 0 || _ids < 0 || _data < 0 || fanoutEnd - _fanout < FanoutLength) return false;
        for (int i = 0, before = 0; i < 256; before = Fanout(i), i++)
        {
            if (Fanout(i) < before) return false;
        }

        Count = Fanout(255);
        if (_filterEnds < 0 || filterEndsEnd - _filterEnds < Count * 4L) _filters = -1;
        return idsEnd - _ids >= (long)Count * IdLength && dataEnd - _data >= (long)Count * DataLength;
    }

    private int Checked(uint place) => place < Count ? (int)place : throw Damaged();

    private int Fanout(int first) => (int)Math.Min(int.MaxValue, Number(_fanout + (first * 4)));

    private long DataOf(int place) => _data + ((long)place * DataLength);

    private uint Number(long at) => BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(_start + at, 4));

    private long Offset(long at) => BinaryPrimitives.ReadInt64BigEndian(new ReadOnlySpan<byte>(_start + at, 8));
}
