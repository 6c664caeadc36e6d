using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Granary.Grains.Git.Reading.History.Graph;

/// <summary>
/// A path as the changed-path filters of a commit-graph know it: https://git-scm.com/docs/gitformat-commit-graph, under "Bloom Filter
/// Data". Both hashes are MurmurHash3; the first version of the format has them wrong for bytes above 127.
/// </summary>
internal sealed class PathHash
{
    private const uint FirstSeed = 0x293a_e76f;
    private const uint SecondSeed = 0x7e64_6e2c;

    private readonly uint _first;
    private readonly uint _second;

    public PathHash(ReadOnlySpan<byte> path)
    {
        IsAscii = Ascii.IsValid(path);
        (_first, _second) = (Murmur(FirstSeed, path), Murmur(SecondSeed, path));
    }

    public bool IsAscii { get; }

    /// <summary>Whether a filter has the path, as far as it can tell: it may say so of one that it has not.</summary>
    public bool MayBeIn(ReadOnlySpan<byte> filter, uint hashes)
    {
        var bits = (ulong)filter.Length * 8;
        for (uint i = 0; i < hashes; i++)
        {
            var bit = unchecked(_first + (i * _second)) % bits;
            if ((filter[(int)(bit / 8)] & (1 << (int)(bit % 8))) == 0) return false;
        }

        return true;
    }

    internal static uint Murmur(uint seed, ReadOnlySpan<byte> data)
    {
        var (hash, length) = (seed, (uint)data.Length);
        for (; data.Length >= 4; data = data[4..])
            hash = unchecked((BitOperations.RotateLeft(hash ^ Mix(BinaryPrimitives.ReadUInt32LittleEndian(data)), 13) * 5) + 0xe654_6b64);
        uint rest = 0;
        for (var i = data.Length - 1; i >= 0; i--) rest = (rest << 8) | data[i];
        hash ^= Mix(rest) ^ length;
        hash = unchecked((hash ^ (hash >> 16)) * 0x85eb_ca6b);
        hash = unchecked((hash ^ (hash >> 13)) * 0xc2b2_ae35);
        return hash ^ (hash >> 16);

        static uint Mix(uint block) => unchecked(BitOperations.RotateLeft(block * 0xcc9e_2d51, 15) * 0x1b87_3593);
    }
}
