using System.Buffers.Binary;

namespace Granary.Grains.Git.Packs;

/// <summary>What we read of pack indexes ourselves: version 2, gitformat-pack(5).</summary>
internal static class PackIndex
{
    private const int HeaderLength = 8;
    private const int FanOutEntries = 256;

    /// <summary>The objects of all packs in a folder.</summary>
    public static long CountObjects(string folder) => Directory.EnumerateFiles(folder, "pack-*.idx").Sum(CountObjectsOf);

    /// <summary>The objects of one pack: the last entry of its index's fan-out table.</summary>
    public static long CountObjectsOf(string path)
    {
        Span<byte> count = stackalloc byte[4];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Read(file, count, HeaderLength + ((FanOutEntries - 1) * 4));
        return BinaryPrimitives.ReadUInt32BigEndian(count);
    }
}
