using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Granary.Reliability.Tests.Clients;

/// <summary>Objects and the pack of them, gitformat-pack(5), without a process: a load makes thousands.</summary>
internal sealed class PackBuilder
{
    private const int Commit = 1;
    private const int Tree = 2;
    private const int Blob = 3;

    private readonly List<(int Type, byte[] Content)> _objects = [];

    /// <summary>A pack of one commit, and the commit's id.</summary>
    public static (string Id, byte[] Pack) OneCommit(string tree, string? parent, string message)
    {
        var builder = new PackBuilder();
        var id = builder.AddCommit(tree, parent, message);
        return (id, builder.Build());
    }

    public string AddBlob(byte[] content) => Add(Blob, "blob", content);

    /// <param name="entries">Names of plain files, sorted, with their blobs.</param>
    public string AddTree(params ReadOnlySpan<(string Name, string Id)> entries) => Add(Tree, "tree", TreeOf(entries));

    public string AddCommit(string tree, string? parent, string message) =>
        Add(Commit, "commit", Encoding.UTF8.GetBytes(CommitText(tree, parent, message)));

    public static byte[] TreeOf(ReadOnlySpan<(string Name, string Id)> entries)
    {
        using var content = new MemoryStream();
        foreach (var (name, id) in entries)
        {
            content.Write(Encoding.UTF8.GetBytes($"100644 {name}\0"));
            content.Write(Convert.FromHexString(id));
        }

        return content.ToArray();
    }

    public static string CommitText(string tree, string? parent, string message)
    {
        const string Person = "Tester <tester@example.org> 1700000000 +0100";
        return $"tree {tree}\n{(parent is null ? "" : $"parent {parent}\n")}author {Person}\ncommitter {Person}\n\n{message}\n";
    }

    public byte[] Build()
    {
        using var pack = new MemoryStream();
        WriteHeader(pack, _objects.Count);
        foreach (var (type, content) in _objects)
        {
            WriteObjectHeader(pack, type, content.Length);
            using var zlib = new ZLibStream(pack, CompressionLevel.Fastest, leaveOpen: true);
            zlib.Write(content);
        }

        pack.Write(SHA1.HashData(pack.GetBuffer().AsSpan(0, (int)pack.Length)));
        return pack.ToArray();
    }

    public static void WriteHeader(Stream pack, int objects)
    {
        Span<byte> header = stackalloc byte[12];
        "PACK"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], 2);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], objects);
        pack.Write(header);
    }

    /// <summary>Type and size: four bits of the size in the first byte, seven in each further one.</summary>
    public static void WriteObjectHeader(Stream pack, int type, long size)
    {
        var part = (byte)((type << 4) | (int)(size & 15));
        for (size >>= 4; size > 0; size >>= 7)
        {
            pack.WriteByte((byte)(part | 0x80));
            part = (byte)(size & 0x7f);
        }

        pack.WriteByte(part);
    }

    public static string IdOf(string type, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type} {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string Add(int type, string name, byte[] content)
    {
        _objects.Add((type, content));
        return IdOf(name, content);
    }
}
