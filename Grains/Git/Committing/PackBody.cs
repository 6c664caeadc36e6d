using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Committing;

/// <summary>
/// The objects of one new commit or tag as a pack, each whole: https://git-scm.com/docs/gitformat-pack. Few and new, they gain nothing
/// from deltas here; housekeeping packs them with the others.
/// </summary>
internal sealed class PackBody(FileStream file) : IDisposable
{
    private const uint PackVersion = 2;
    private const int ChunkSize = 64 << 10;

    private readonly HashSet<ObjectId> _ids = [];

    /// <summary>Nothing, by zlib: .NET's stream does not even write its header when it is given none.</summary>
    private static ReadOnlySpan<byte> EmptyStream => [0x78, 0x01, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01];

    public ObjectId Add(ObjectKind kind, ReadOnlySpan<byte> content)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return Add(kind, stream, content.Length);
    }

    /// <summary>Adds an object unless it is there already.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="content">Read from where it stands.</param>
    /// <param name="length">So many bytes of it.</param>
    public ObjectId Add(ObjectKind kind, Stream content, long length)
    {
        var start = file.Position;
        WriteHeader(kind, length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"{NameOf(kind)} {length}\0"));
        if (length == 0) file.Write(EmptyStream);
        else using (var zlib = new ZLibStream(file, CompressionLevel.Fastest, leaveOpen: true)) Copy(content, length, zlib, hash);
        Span<byte> sum = stackalloc byte[SHA1.HashSizeInBytes];
        hash.GetHashAndReset(sum);
        var id = ObjectId.FromBytes(HashFormat.Sha1, sum);
        if (!_ids.Add(id)) file.SetLength(file.Position = start);
        return id;
    }

    /// <summary>Writes the pack: header, objects and checksum.</summary>
    public async Task WriteToAsync(PipeWriter writer, CancellationToken cancellationToken)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        var header = new byte[12];
        "PACK"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), PackVersion);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), (uint)_ids.Count);
        sum.AppendData(header);
        writer.Write(header);
        file.Position = 0;
        while (true)
        {
            var buffer = writer.GetMemory(ChunkSize);
            var read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            sum.AppendData(buffer.Span[..read]);
            writer.Advance(read);
            if ((await writer.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted) return;
        }

        writer.Write(sum.GetHashAndReset());
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => file.Dispose();

    private static void Copy(Stream content, long length, ZLibStream zlib, IncrementalHash hash)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (var rest = length; rest > 0;)
            {
                var read = content.Read(buffer, 0, (int)Math.Min(rest, buffer.Length));
                if (read == 0) throw new EndOfStreamException();
                hash.AppendData(buffer, 0, read);
                zlib.Write(buffer, 0, read);
                rest -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Type and size: four bits of the size beside the type, then seven in each byte.</summary>
    private void WriteHeader(ObjectKind kind, long length)
    {
        var current = (byte)(((int)kind << 4) | (int)(length & 15));
        for (length >>= 4; length > 0; length >>= 7)
        {
            file.WriteByte((byte)(current | 0x80));
            current = (byte)(length & 0x7f);
        }

        file.WriteByte(current);
    }

    private static string NameOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Commit => "commit",
        ObjectKind.Tree => "tree",
        ObjectKind.Tag => "tag",
        _ => "blob",
    };
}
