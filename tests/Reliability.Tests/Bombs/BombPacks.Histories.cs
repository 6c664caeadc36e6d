using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Granary.Reliability.Tests.Clients;

namespace Granary.Reliability.Tests.Bombs;

/// <remarks>Sound histories of an unsound shape, each with the id of its commit.</remarks>
internal static partial class BombPacks
{
    private const int Commit = 1;

    /// <summary>One file of zeros.</summary>
    public static (string Root, byte[] Pack) LargeFile(string name, long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {size}\0")));
        var zeros = new byte[1 << 20];
        for (var left = size; left > 0; left -= zeros.Length) hash.AppendData(zeros, 0, (int)Math.Min(left, zeros.Length));
        var tree = PackBuilder.TreeOf([(name, Convert.ToHexStringLower(hash.GetHashAndReset()))]);
        var commit = CommitOf(tree);
        return (PackBuilder.IdOf("commit", commit), Pack(3, pack =>
        {
            PackBuilder.WriteObjectHeader(pack, Blob, size);
            WriteZeros(pack, size);
            WriteObject(pack, Tree, tree);
            WriteObject(pack, Commit, commit);
        }));
    }

    /// <summary>Files of zeros, each with a byte of its own at its end.</summary>
    public static (string Root, byte[] Pack) LargeFiles(int count, int size)
    {
        var zeros = new byte[size];
        var files = new List<(string Name, string Id)>();
        for (var i = 0; i < count; i++)
        {
            zeros[^1] = (byte)i;
            files.Add((FormattableString.Invariant($"z{i:d3}"), PackBuilder.IdOf("blob", zeros)));
        }

        var tree = PackBuilder.TreeOf([.. files]);
        var commit = CommitOf(tree);
        return (PackBuilder.IdOf("commit", commit), Pack(count + 2, pack =>
        {
            for (var i = 0; i < count; i++)
            {
                zeros[^1] = (byte)i;
                WriteObject(pack, Blob, zeros);
            }

            WriteObject(pack, Tree, tree);
            WriteObject(pack, Commit, commit);
        }));
    }

    /// <summary>One file with text in it.</summary>
    public static (string Root, byte[] Pack) File(string name, byte[] content)
    {
        var builder = new PackBuilder();
        var root = builder.AddCommit(builder.AddTree((name, builder.AddBlob(content))), null, "file");
        return (root, builder.Build());
    }

    /// <summary>A tree of so many names, for one blob or for as many.</summary>
    public static (string Root, byte[] Pack) WideTree(int entries, bool sameBlob)
    {
        var builder = new PackBuilder();
        var names = new (string Name, string Id)[entries];
        var same = builder.AddBlob("0"u8.ToArray());
        for (var i = 0; i < entries; i++)
        {
            var name = FormattableString.Invariant($"f{i:d7}");
            names[i] = (name, sameBlob ? same : builder.AddBlob(Encoding.ASCII.GetBytes(name)));
        }

        return (builder.AddCommit(builder.AddTree(names), null, "wide"), builder.Build());
    }

    /// <summary>A file below so many folders.</summary>
    public static (string Root, byte[] Pack) DeepTree(int depth)
    {
        var content = "deep"u8.ToArray();
        var objects = new List<(int Type, byte[] Content)> { (Blob, content) };
        var tree = PackBuilder.TreeOf([("f", PackBuilder.IdOf("blob", content))]);
        objects.Add((Tree, tree));
        for (var level = 1; level < depth; level++)
        {
            tree = [.. "40000 d\0"u8, .. Convert.FromHexString(PackBuilder.IdOf("tree", tree))];
            objects.Add((Tree, tree));
        }

        var commit = CommitOf(tree);
        objects.Add((Commit, commit));
        return (PackBuilder.IdOf("commit", commit), Pack(objects.Count, pack =>
        {
            foreach (var (type, bytes) in objects) WriteObject(pack, type, bytes);
        }));
    }

    /// <summary>A file that is a delta of a delta, so many times.</summary>
    public static (string Root, byte[] Pack) DeltaChain(int length)
    {
        const int Kept = 100;
        var content = new byte[Kept + 8];
        var first = content.ToArray();
        var deltas = new List<(string Base, byte[] Delta)>(length);
        for (var i = 1; i <= length; i++)
        {
            var before = PackBuilder.IdOf("blob", content);
            var end = Encoding.ASCII.GetBytes(FormattableString.Invariant($"{i:d8}"));
            end.CopyTo(content, Kept);
            // Sizes, a copy of 100 bytes from the start, and eight bytes of its own.
            deltas.Add((before, [(byte)content.Length, (byte)content.Length, 0x90, Kept, (byte)end.Length, .. end]));
        }

        var tree = PackBuilder.TreeOf([("file", PackBuilder.IdOf("blob", content))]);
        var commit = CommitOf(tree);
        return (PackBuilder.IdOf("commit", commit), Pack(length + 3, pack =>
        {
            WriteObject(pack, Blob, first);
            foreach (var (before, delta) in deltas)
            {
                PackBuilder.WriteObjectHeader(pack, RefDelta, delta.Length);
                pack.Write(Convert.FromHexString(before));
                using var zlib = new ZLibStream(pack, CompressionLevel.Fastest, leaveOpen: true);
                zlib.Write(delta);
            }

            WriteObject(pack, Tree, tree);
            WriteObject(pack, Commit, commit);
        }));
    }

    private static byte[] CommitOf(byte[] tree) => Encoding.UTF8.GetBytes(PackBuilder.CommitText(PackBuilder.IdOf("tree", tree), null, "bomb"));

    private static void WriteObject(Stream pack, int type, byte[] content)
    {
        PackBuilder.WriteObjectHeader(pack, type, content.Length);
        using var zlib = new ZLibStream(pack, CompressionLevel.Fastest, leaveOpen: true);
        zlib.Write(content);
    }
}
