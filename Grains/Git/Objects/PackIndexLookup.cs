using System.Buffers.Binary;
using Granary.Repositories;
using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Git.Objects;

/// <summary>
/// Finds objects in one pack by its index, version 2 of gitformat-pack(5). A small index is read whole; of a large one only
/// what is looked at, by <c>pread</c>: a mapped file that is cut short or fails would end the process.
/// </summary>
internal sealed class PackIndexLookup : IDisposable
{
    private const int HeaderLength = 8;
    private const int FanOutLength = 256 * sizeof(uint);
    private const int NamesAt = HeaderLength + FanOutLength;
    private const int NameLength = 20;
    private const int WholeLength = 64 << 10;

    private static readonly byte[] Header = [0xff, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2];

    private readonly SafeFileHandle _file;
    private readonly byte[] _start;
    private readonly long _length;

    /// <exception cref="BeyondBudgetException">It is no index of version 2.</exception>
    public PackIndexLookup(string path)
    {
        _file = File.OpenHandle(path);
        _length = RandomAccess.GetLength(_file);
        _start = new byte[_length <= WholeLength ? _length : NamesAt];
        if (_length < NamesAt || RandomAccess.Read(_file, _start, 0) < _start.Length || !_start.AsSpan().StartsWith(Header))
        {
            _file.Dispose();
            throw new BeyondBudgetException();
        }

        Count = FanOut(255);
        if (_length < NamesAt + (Count * (NameLength + (2L * sizeof(uint))))) Count = 0;
    }

    public long Count { get; }

    private long OffsetsAt => NamesAt + (Count * (NameLength + sizeof(uint)));

    /// <summary>Where in the pack the object begins; -1 when the pack does not hold it.</summary>
    public long Find(ObjectId id)
    {
        Span<byte> wanted = stackalloc byte[32];
        wanted = wanted[..id.CopyTo(wanted)];
        if (wanted.Length != NameLength) return -1;
        Span<byte> name = stackalloc byte[NameLength];
        var low = wanted[0] == 0 ? 0 : FanOut(wanted[0] - 1);
        var high = Math.Min(FanOut(wanted[0]), Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            Read(NamesAt + (middle * NameLength), name);
            var order = name.SequenceCompareTo(wanted);
            if (order == 0) return OffsetOf(middle);
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return -1;
    }

    /// <summary>The ids that begin with a byte, sorted, one after the other.</summary>
    public ReadOnlyMemory<byte> IdsOf(byte first)
    {
        var begin = first == 0 ? 0 : Math.Min(FanOut(first - 1), Count);
        var length = checked((int)((Math.Min(FanOut(first), Count) - begin) * NameLength));
        var at = NamesAt + (begin * NameLength);
        if (length <= 0) return default;
        if (at + length <= _start.Length) return _start.AsMemory((int)at, length);
        var ids = new byte[length];
        Read(at, ids);
        return ids;
    }

    public ObjectId IdOf(long position)
    {
        Span<byte> name = stackalloc byte[NameLength];
        Read(NamesAt + (position * NameLength), name);
        return ObjectId.FromBytes(HashFormat.Sha1, name);
    }

    public long OffsetOf(long position)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Read(OffsetsAt + (position * sizeof(uint)), bytes[..sizeof(uint)]);
        var offset = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (offset < 1u << 31) return offset;
        Read(OffsetsAt + (Count * sizeof(uint)) + ((offset & ~(1u << 31)) * (long)sizeof(ulong)), bytes);
        return (long)BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    public void Dispose() => _file.Dispose();

    private long FanOut(int first) => BinaryPrimitives.ReadUInt32BigEndian(_start.AsSpan(HeaderLength + (first * sizeof(uint))));

    private void Read(long at, Span<byte> bytes)
    {
        if (at >= 0 && at + bytes.Length <= _start.Length) _start.AsSpan((int)at, bytes.Length).CopyTo(bytes);
        else if (at < 0 || at + bytes.Length > _length || RandomAccess.Read(_file, bytes, at) < bytes.Length) throw new BeyondBudgetException();
    }
}
