using System.Buffers.Binary;

namespace Granary.Grains.Git.Packs;

/// <summary>What we read of pack indexes ourselves: version 2, gitformat-pack(5).</summary>
internal static class PackIndex
{
    private const int HeaderLength = 8;
    private const int FanOutEntries = 256;

    /// <summary>The objects of all packs in a folder: the last entry of each index's fan-out table.</summary>
    public static long CountObjects(string folder)
    {
        var total = 0L;
        Span<byte> count = stackalloc byte[4];
        foreach (var path in Directory.EnumerateFiles(folder, "pack-*.idx"))
        {
            using var file = File.OpenHandle(path);
            RandomAccess.Read(file, count, HeaderLength + ((FanOutEntries - 1) * 4));
            total += BinaryPrimitives.ReadUInt32BigEndian(count);
        }

        return total;
    }
}
