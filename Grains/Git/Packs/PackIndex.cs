using System.Buffers.Binary;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

/// <summary>What we read of pack indexes ourselves: version 2, gitformat-pack(5).</summary>
internal static class PackIndex
{
    private const int HeaderLength = 8;
    private const int FanOutEntries = 256;
    private const int NamesAt = HeaderLength + (FanOutEntries * 4);
    private const int NameLength = 20;
    private const int NamesAtATime = 1000;

    /// <summary>The objects of all packs in a folder.</summary>
    public static long CountObjects(string folder) => Directory.EnumerateFiles(folder, "pack-*.idx").Sum(CountObjectsOf);

    /// <summary>The objects of one pack: the last entry of its index's fan-out table.</summary>
    public static long CountObjectsOf(string path)
    {
        using var file = File.OpenHandle(path);
        return FanOut(file, FanOutEntries - 1);
    }

    /// <summary>The ids of all packs in a folder as lines of hexadecimal digits, some at a time; the memory is used again.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadLines(string folder)
    {
        var names = new byte[NamesAtATime * NameLength];
        var lines = new byte[NamesAtATime * ((NameLength * 2) + 1)];
        foreach (var path in Directory.EnumerateFiles(folder, "pack-*.idx"))
        {
            using var file = File.OpenHandle(path);
            var count = FanOut(file, FanOutEntries - 1);
            for (var first = 0L; first < count; first += NamesAtATime)
            {
                var some = (int)Math.Min(NamesAtATime, count - first);
                RandomAccess.Read(file, names.AsSpan(0, some * NameLength), NamesAt + (first * NameLength));
                yield return lines.AsMemory(0, WriteLines(names.AsSpan(0, some * NameLength), lines));
            }
        }
    }

    /// <summary>Whether a pack of the folder holds the object.</summary>
    public static bool Contains(string folder, ObjectId id)
    {
        Span<byte> wanted = stackalloc byte[32];
        wanted = wanted[..id.CopyTo(wanted)];
        Span<byte> name = stackalloc byte[NameLength];
        foreach (var path in Directory.EnumerateFiles(folder, "pack-*.idx"))
        {
            using var file = File.OpenHandle(path);
            var low = wanted[0] == 0 ? 0 : FanOut(file, wanted[0] - 1);
            var high = FanOut(file, wanted[0]);
            while (low < high)
            {
                var middle = (low + high) / 2;
                RandomAccess.Read(file, name, NamesAt + (middle * NameLength));
                var order = name.SequenceCompareTo(wanted);
                if (order == 0) return true;
                if (order < 0) low = middle + 1;
                else high = middle;
            }
        }

        return false;
    }

    private static int WriteLines(ReadOnlySpan<byte> names, Span<byte> lines)
    {
        var length = 0;
        for (var i = 0; i < names.Length; i += NameLength)
        {
            Convert.TryToHexStringLower(names.Slice(i, NameLength), lines[length..], out var written);
            length += written;
            lines[length++] = (byte)'\n';
        }

        return length;
    }

    /// <summary>How many ids begin with a byte up to that one.</summary>
    private static long FanOut(Microsoft.Win32.SafeHandles.SafeFileHandle file, int entry)
    {
        Span<byte> count = stackalloc byte[4];
        RandomAccess.Read(file, count, HeaderLength + (entry * 4));
        return BinaryPrimitives.ReadUInt32BigEndian(count);
    }
}
