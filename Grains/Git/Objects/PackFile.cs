using System.IO.Compression;
using Granary.Repositories;
using Microsoft.Win32.SafeHandles;

namespace Granary.Grains.Git.Objects;

/// <summary>Reads objects of one pack, whose deltas are all against objects of the same pack. For one thread.</summary>
internal sealed class PackFile(string indexPath, ReadBudget budget) : IDisposable
{
    private const int OffsetDelta = 6;
    private const int ReferenceDelta = 7;
    private const int MaxChain = 1000;

    /// <summary>The longest head of an object in a pack: type and size, then the offset or the id of its base.</summary>
    private const int MaxHead = 32;

    private PackIndexLookup? _index;
    private SafeFileHandle? _pack;

    public PackIndexLookup Index => _index ??= new PackIndexLookup(indexPath);

    private SafeFileHandle Pack => _pack ??= File.OpenHandle(Path.ChangeExtension(indexPath, ".pack"));

    /// <summary>The object that begins at an offset.</summary>
    /// <exception cref="BeyondBudgetException">It is larger than is left, or cannot be read here.</exception>
    public GitObject Read(long offset)
    {
        var deltas = new Stack<byte[]>();
        while (true)
        {
            var head = ReadHead(offset);
            var bytes = Inflate(head.DataAt, head.Size);
            if (head.BaseAt is not { } next)
            {
                while (deltas.TryPop(out var delta)) bytes = PackDelta.Apply(bytes, delta, budget);
                return new GitObject(head.ObjectType, bytes);
            }

            deltas.Push(bytes);
            if (deltas.Count > MaxChain) throw new BeyondBudgetException();
            offset = next;
        }
    }

    /// <summary>Type and size of the object that begins at an offset; only the heads of deltas are unpacked.</summary>
    public (ObjectType Type, long Size) ReadKind(long offset)
    {
        long? size = null;
        for (var depth = 0; depth < MaxChain; depth++)
        {
            var head = ReadHead(offset);
            if (head.BaseAt is not { } next) return (head.ObjectType, size ?? head.Size);
            size ??= PackDelta.ReadSizes(Inflate(head.DataAt, Math.Min(head.Size, MaxHead))).Result;
            offset = next;
        }

        throw new BeyondBudgetException();
    }

    public void Dispose()
    {
        _index?.Dispose();
        _pack?.Dispose();
    }

    private Head ReadHead(long offset)
    {
        Span<byte> bytes = stackalloc byte[MaxHead];
        bytes = bytes[..RandomAccess.Read(Pack, bytes, offset)];
        var position = 0;
        var first = Next(bytes, ref position);
        var type = (first >> 4) & 7;
        var size = (long)(first & 15);
        for (var shift = 4; (first & 0x80) != 0; shift += 7)
        {
            if (shift > 56) throw new BeyondBudgetException();
            first = Next(bytes, ref position);
            size |= (long)(first & 0x7f) << shift;
        }

        if (type == OffsetDelta)
        {
            var next = Next(bytes, ref position);
            var distance = (long)(next & 0x7f);
            while ((next & 0x80) != 0)
            {
                next = Next(bytes, ref position);
                distance = ((distance + 1) << 7) | (long)(next & 0x7f);
            }

            // Bases lie before their deltas: the chain ends.
            if (distance <= 0 || distance >= offset) throw new BeyondBudgetException();
            return new Head(default, size, offset + position, offset - distance);
        }

        if (type == ReferenceDelta)
        {
            if (bytes.Length < position + 20) throw new BeyondBudgetException();
            var of = Index.Find(ObjectId.FromBytes(HashFormat.Sha1, bytes.Slice(position, 20)));
            return of < 0 ? throw new BeyondBudgetException() : new Head(default, size, offset + position + 20, of);
        }

        return type is >= (int)ObjectType.Commit and <= (int)ObjectType.Tag
            ? new Head((ObjectType)type, size, offset + position, null)
            : throw new BeyondBudgetException();
    }

    private static byte Next(ReadOnlySpan<byte> bytes, ref int position) =>
        position < bytes.Length ? bytes[position++] : throw new BeyondBudgetException();

    private byte[] Inflate(long at, long size)
    {
        budget.Take(size);
        var bytes = new byte[size];
        using var packed = new PackStream(Pack, at, size);
        using var inflated = new ZLibStream(packed, CompressionMode.Decompress);
        inflated.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="ObjectType">Of a whole object.</param>
    /// <param name="Size">Of what is packed here, an object or a delta.</param>
    /// <param name="DataAt">Where it begins.</param>
    /// <param name="BaseAt">Where the base of a delta begins; null for a whole object.</param>
    private readonly record struct Head(ObjectType ObjectType, long Size, long DataAt, long? BaseAt);
}
