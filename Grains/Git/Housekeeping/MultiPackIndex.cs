using System.Buffers.Binary;
using System.Text;

namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// What we read of a repository's multi-pack-index ourselves: gitformat-pack(5). A pack that it names is searched through it
/// alone, so an object that it places in a pack that is gone is not found in another pack that it names: it has to go before
/// any of its packs does.
/// </summary>
internal static class MultiPackIndex
{
    private const string Name = "multi-pack-index";
    private const int HeaderLength = 12;
    private const int ChunkEntryLength = 12;
    private const int MaxNames = 64 << 20;

    public static string Of(RepositoryPaths paths) => Path.Combine(paths.ObjectPacks, Name);

    /// <summary>The packs that it names, without ending; none when there is no index or it cannot be read.</summary>
    public static HashSet<string> ReadPacks(RepositoryPaths paths)
    {
        try
        {
            using var file = File.OpenHandle(Of(paths));
            return [.. ReadNames(file)];
        }
        catch (Exception fault) when (fault is FileNotFoundException or InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Removes it and its bitmap; git then searches the packs one by one.</summary>
    public static void Remove(RepositoryPaths paths)
    {
        File.Delete(Of(paths));
        foreach (var file in Directory.EnumerateFiles(paths.ObjectPacks, Name + "-*").ToList()) File.Delete(file);
    }

    private static string[] ReadNames(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (RandomAccess.Read(file, header, 0) < HeaderLength || !header.StartsWith("MIDX"u8)) throw new InvalidDataException();

        // One entry more than chunks says where the last one ends.
        var chunks = new byte[(header[6] + 1) * ChunkEntryLength];
        if (RandomAccess.Read(file, chunks, HeaderLength) < chunks.Length) throw new InvalidDataException();
        for (var at = 0; at < chunks.Length - ChunkEntryLength; at += ChunkEntryLength)
        {
            if (!chunks.AsSpan(at).StartsWith("PNAM"u8)) continue;
            var begin = BinaryPrimitives.ReadInt64BigEndian(chunks.AsSpan(at + 4));
            var length = BinaryPrimitives.ReadInt64BigEndian(chunks.AsSpan(at + 4 + ChunkEntryLength)) - begin;
            if (length is < 0 or > MaxNames) throw new InvalidDataException();
            var names = new byte[length];
            if (RandomAccess.Read(file, names, begin) < length) throw new InvalidDataException();
            return [.. Encoding.UTF8.GetString(names).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(static n => Path.GetFileNameWithoutExtension(n))];
        }

        throw new InvalidDataException();
    }
}
