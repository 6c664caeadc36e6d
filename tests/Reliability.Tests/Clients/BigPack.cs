using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Granary.Reliability.Tests.Clients;

/// <summary>A push of incompressible blobs of 16 MiB, always the same, made as it is sent.</summary>
internal sealed class BigPack : HttpContent
{
    private const int BlobSize = 16 << 20;
    private const int Commit = 1;
    private const int Tree = 2;
    private const int Blob = 3;

    private readonly int _blobs;
    private readonly byte[] _commandList;
    private readonly byte[] _tree;
    private readonly byte[] _commit;
    private readonly byte[] _noise = new byte[BlobSize];

    public BigPack(long size, string branch)
    {
        _blobs = (int)(size / BlobSize);
        new Random(20_240).NextBytes(_noise);
        var entries = new (string, string)[_blobs];
        for (var i = 0; i < _blobs; i++) entries[i] = ($"blob{i:D3}", PackBuilder.IdOf("blob", BlobOf(i)));
        _tree = PackBuilder.TreeOf(entries);
        _commit = System.Text.Encoding.UTF8.GetBytes(PackBuilder.CommitText(PackBuilder.IdOf("tree", _tree), null, "big"));
        Id = PackBuilder.IdOf("commit", _commit);
        _commandList = RawClient.CommandList([new Command(branch, Command.Zero, Id)]);
    }

    /// <summary>The commit that holds all blobs.</summary>
    public string Id { get; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_commandList);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var part = new MemoryStream(BlobSize + 65536);
        PackBuilder.WriteHeader(part, _blobs + 2);
        for (var i = -2; i < _blobs; i++)
        {
            var (type, content) = i switch { -2 => (Commit, _commit), -1 => (Tree, _tree), _ => (Blob, BlobOf(i)) };
            PackBuilder.WriteObjectHeader(part, type, content.Length);
            using (var zlib = new ZLibStream(part, CompressionLevel.NoCompression, leaveOpen: true)) zlib.Write(content);
            var bytes = part.GetBuffer().AsMemory(0, (int)part.Length);
            hash.AppendData(bytes.Span);
            await stream.WriteAsync(bytes);
            part.SetLength(0);
        }

        await stream.WriteAsync(hash.GetHashAndReset());
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false; // Chunked, as git does it.
    }

    /// <summary>The same noise under another key: different in every word from each other blob.</summary>
    private byte[] BlobOf(int number)
    {
        var blob = (byte[])_noise.Clone();
        var key = BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData([(byte)number]));
        var words = MemoryMarshal.Cast<byte, ulong>(blob.AsSpan());
        for (var i = 0; i < words.Length; i++) words[i] ^= key;
        return blob;
    }
}
