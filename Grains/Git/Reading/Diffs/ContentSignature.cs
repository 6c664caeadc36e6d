namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>
/// How many bytes of a file are in which pieces: its lines, cut after 64 bytes. Two files are alike in as far as they have the
/// same pieces, wherever these stand; git measures it so (gitdiffcore(7)).
/// </summary>
internal sealed class ContentSignature
{
    private const int MaxPiece = 64;

    private const ulong Start = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly ulong[] _hashes;
    private readonly int[] _bytes;

    private ContentSignature(ulong[] hashes, int[] bytes, int size)
    {
        _hashes = hashes;
        _bytes = bytes;
        Size = size;
    }

    /// <summary>Of the file.</summary>
    public int Size { get; }

    public static ContentSignature Of(ReadOnlySpan<byte> content)
    {
        var pieces = new Dictionary<ulong, int>();
        var isText = !BinaryContent.IsBinary(content);
        var (hash, length) = (Start, 0);
        for (var i = 0; i < content.Length; i++)
        {
            var value = content[i];
            if (isText && value == '\r' && i + 1 < content.Length && content[i + 1] == '\n') continue;
            hash = (hash ^ value) * Prime;
            if (++length < MaxPiece && value != '\n') continue;
            Add();
        }

        if (length > 0) Add();
        var hashes = new ulong[pieces.Count];
        var bytes = new int[pieces.Count];
        pieces.Keys.CopyTo(hashes, 0);
        pieces.Values.CopyTo(bytes, 0);
        Array.Sort(hashes, bytes);
        return new ContentSignature(hashes, bytes, content.Length);

        void Add()
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(pieces, hash, out _) += length;
            (hash, length) = (Start, 0);
        }
    }

    /// <summary>The bytes that this file has in pieces of the other.</summary>
    public long CommonWith(ContentSignature other)
    {
        long common = 0;
        for (int i = 0, j = 0; i < _hashes.Length && j < other._hashes.Length;)
        {
            if (_hashes[i] == other._hashes[j]) common += Math.Min(_bytes[i++], other._bytes[j++]);
            else if (_hashes[i] < other._hashes[j]) i++;
            else j++;
        }

        return common;
    }
}
