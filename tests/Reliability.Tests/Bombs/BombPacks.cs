using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Granary.Reliability.Tests.Clients;

namespace Granary.Reliability.Tests.Bombs;

/// <summary>Small packs that unpack to much, or say so; the same bytes at each run. gitformat-pack(5).</summary>
internal static partial class BombPacks
{
    private const int Tree = 2;
    private const int Blob = 3;
    private const int RefDelta = 7;
    private const int CopyFromTheStart = 0xf0;

    /// <summary>A tree of nothing but zeros, a thousand times larger than its pack.</summary>
    public static byte[] HugeTree(int size) => Pack(1, pack =>
    {
        PackBuilder.WriteObjectHeader(pack, Tree, size);
        WriteZeros(pack, size);
    });

    /// <summary>A tree that says it is of so many bytes, and is empty.</summary>
    public static byte[] ClaimedTree(long size) => Pack(1, pack =>
    {
        PackBuilder.WriteObjectHeader(pack, Tree, size);
        WriteZeros(pack, 0);
    });

    /// <summary>One small object, said to be the first of so many.</summary>
    public static byte[] ClaimedCount(uint count)
    {
        var pack = HugeTree(10)[..^SHA1.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32BigEndian(pack.AsSpan(8), count);
        return [.. pack, .. SHA1.HashData(pack)];
    }

    /// <summary>A blob of zeros and a delta that repeats it.</summary>
    public static byte[] DeltaBomb(int blob, int copies) => Pack(2, pack =>
    {
        PackBuilder.WriteObjectHeader(pack, Blob, blob);
        WriteZeros(pack, blob);
        using var delta = new MemoryStream();
        WriteSize(delta, blob);
        WriteSize(delta, (long)blob * copies);
        for (var i = 0; i < copies; i++)
            delta.Write([CopyFromTheStart, (byte)blob, (byte)(blob >> 8), (byte)(blob >> 16)]);
        PackBuilder.WriteObjectHeader(pack, RefDelta, delta.Length);
        pack.Write(Convert.FromHexString(PackBuilder.IdOf("blob", new byte[blob])));
        using var zlib = new ZLibStream(pack, CompressionLevel.Optimal, leaveOpen: true);
        zlib.Write(delta.GetBuffer().AsSpan(0, (int)delta.Length));
    });

    /// <summary>Trees of ten names each, all of them the next tree: 10 to the power of <paramref name="depth"/> files in a few hundred bytes.</summary>
    public static (string Root, byte[] Pack) TreeOfTrees(int depth)
    {
        var content = "bomb"u8.ToArray();
        var id = PackBuilder.IdOf("blob", content);
        var objects = new List<(int Type, byte[] Content)> { (Blob, content) };
        for (var level = 0; level < depth; level++)
        {
            using var tree = new MemoryStream();
            for (var i = 0; i < 10; i++)
            {
                tree.Write(Encoding.ASCII.GetBytes($"{(level == 0 ? "100644" : "40000")} f{i}\0"));
                tree.Write(Convert.FromHexString(id));
            }

            objects.Add((Tree, tree.ToArray()));
            id = PackBuilder.IdOf("tree", tree.ToArray());
        }

        var commit = Encoding.UTF8.GetBytes(PackBuilder.CommitText(id, null, "bomb"));
        objects.Add((Commit, commit));
        return (PackBuilder.IdOf("commit", commit), Pack(objects.Count, pack =>
        {
            foreach (var (type, bytes) in objects) WriteObject(pack, type, bytes);
        }));
    }

    private static byte[] Pack(int count, Action<Stream> write)
    {
        using var pack = new MemoryStream();
        PackBuilder.WriteHeader(pack, count);
        write(pack);
        pack.Write(SHA1.HashData(pack.GetBuffer().AsSpan(0, (int)pack.Length)));
        return pack.ToArray();
    }

    private static void WriteZeros(Stream output, long count)
    {
        using var zlib = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true);
        var zeros = new byte[1 << 20];
        for (; count > 0; count -= zeros.Length) zlib.Write(zeros, 0, (int)Math.Min(count, zeros.Length));
    }

    private static void WriteSize(Stream output, long size)
    {
        for (; size > 0x7f; size >>= 7) output.WriteByte((byte)(0x80 | (size & 0x7f)));
        output.WriteByte((byte)size);
    }
}
