using System.Security.Cryptography;

namespace Granary.Grains.Git.Packs;

/// <summary>
/// Tells where a pack ends in a stream that goes on after it: its last 20 bytes are the SHA-1 of all bytes before them,
/// gitformat-pack(5). The client sends nothing after the pack, so the question is asked whenever nothing more has come.
/// </summary>
internal sealed class PackTrailer : IDisposable
{
    private const int HeaderLength = 12;

#pragma warning disable CA5350 // The format's checksum, no protection.
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
    private readonly byte[] _tail = new byte[SHA1.HashSizeInBytes];
    private int _tailLength;
    private long _length;

    /// <summary>Whether what came so far is a whole pack.</summary>
    public bool IsAtEnd
    {
        get
        {
            if (_length < HeaderLength + SHA1.HashSizeInBytes) return false;
            Span<byte> sum = stackalloc byte[SHA1.HashSizeInBytes];
            _hash.GetCurrentHash(sum);
            return sum.SequenceEqual(_tail);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        var kept = Math.Min(_tailLength, Math.Max(0, _tail.Length - bytes.Length));
        _hash.AppendData(_tail, 0, _tailLength - kept);
        _tail.AsSpan(_tailLength - kept, kept).CopyTo(_tail);
        var hashed = Math.Max(0, bytes.Length - _tail.Length);
        _hash.AppendData(bytes[..hashed]);
        bytes[hashed..].CopyTo(_tail.AsSpan(kept));
        _tailLength = kept + bytes.Length - hashed;
    }

    public void Dispose() => _hash.Dispose();
}
