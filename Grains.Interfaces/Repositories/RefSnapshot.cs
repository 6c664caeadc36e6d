using System.Text;

namespace Granary.Repositories;

/// <summary>
/// Names one state of a repository's refs. Only equality has a meaning: <paramref name="Epoch"/> is drawn anew by each
/// activation of the grain, so two activations never use one version for two states.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.RefVersion")]
public readonly record struct RefVersion([property: Id(0)] long Epoch, [property: Id(1)] long Number);

/// <summary>The identity of the files a snapshot was read from: when it differs from the files now there, someone else wrote them.</summary>
[GenerateSerializer, Immutable, Alias("granary.StorageStamp")]
public readonly record struct StorageStamp(
    [property: Id(0)] ulong PackedInode,
    [property: Id(1)] long PackedSize,
    [property: Id(2)] long PackedTime,
    [property: Id(3)] ulong HeadInode,
    [property: Id(4)] long HeadTime);

/// <summary>
/// All refs of a repository at one moment: immutable, sorted by the bytes of the name, held as one block in the form of
/// git's <c>packed-refs</c> lines, because that is what travels between silos and what advertisements are made of.
/// </summary>
[GenerateSerializer, Immutable, Alias("granary.RefSnapshot")]
public sealed class RefSnapshot
{
    [Id(0)] private readonly byte[] _packed;
    [NonSerialized] private int[]? _starts;
    [NonSerialized] private RefSnapshot? _visible;

    /// <param name="version">Names this state.</param>
    /// <param name="hashFormat">Of every object id in <paramref name="packed"/>.</param>
    /// <param name="packed">Lines <c>hex SP name LF</c>, sorted, each followed by <c>^hex LF</c> if it is a tag that peels.</param>
    /// <param name="headTarget">The ref that HEAD names; null when HEAD is detached.</param>
    /// <param name="detachedHead">The object that HEAD names when it is detached.</param>
    /// <param name="stamp">The files that this was read from.</param>
    /// <param name="hiddenRefs">Which refs nobody may see; null: none.</param>
    public RefSnapshot(
        RefVersion version, HashFormat hashFormat, byte[] packed, string? headTarget, ObjectId? detachedHead, StorageStamp stamp,
        IReadOnlyList<string>? hiddenRefs = null)
    {
        Version = version;
        HashFormat = hashFormat;
        _packed = packed;
        HeadTarget = headTarget;
        DetachedHead = detachedHead;
        Stamp = stamp;
        HiddenRefs = hiddenRefs;
    }

    [Id(1)]
    public RefVersion Version { get; }

    [Id(2)]
    public HashFormat HashFormat { get; }

    [Id(3)]
    public string? HeadTarget { get; }

    [Id(4)]
    public ObjectId? DetachedHead { get; }

    [Id(5)]
    public StorageStamp Stamp { get; }

    /// <summary>As git's <c>transfer.hideRefs</c>; null: none.</summary>
    [Id(6)]
    public IReadOnlyList<string>? HiddenRefs { get; }

    /// <summary>The refs that may be shown and fetched, and HEAD only if it names one of them: what every answer to a client is made of.</summary>
    public RefSnapshot Visible => _visible ??= HiddenRefs is { Count: > 0 } hidden ? Without(hidden) : this;

    /// <summary>The lines themselves.</summary>
    public ReadOnlySpan<byte> Packed => _packed;

    public int Count => Starts.Length;

    /// <summary>Where each ref's line begins; made on first use, not sent between silos.</summary>
    private int[] Starts => _starts ??= Index(_packed, HashFormat.HexLength());

    public RefEntry this[int index]
    {
        get
        {
            var hexLength = HashFormat.HexLength();
            var lines = Packed[Starts[index]..(index + 1 < Starts.Length ? Starts[index + 1] : _packed.Length)];
            var end = lines.IndexOf((byte)'\n');
            var peeled = lines.Length > end + 1 ? lines.Slice(end + 2, hexLength) : default;
            return new RefEntry(lines[..hexLength], lines[(hexLength + 1)..end], peeled);
        }
    }

    /// <summary>The byte range in <see cref="Packed"/> of a ref and its peeled line.</summary>
    public Range LinesOf(int index) => Starts[index]..(index + 1 < Starts.Length ? Starts[index + 1] : _packed.Length);

    /// <summary>The same refs under other rules of what is hidden.</summary>
    public RefSnapshot Hiding(IReadOnlyList<string>? hiddenRefs, RefVersion version) =>
        new(version, HashFormat, _packed, HeadTarget, DetachedHead, Stamp, hiddenRefs);

    /// <summary>The index of the first ref whose name is not less than <paramref name="name"/>, by bytes.</summary>
    public int LowerBound(ReadOnlySpan<byte> name)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].Name.SequenceCompareTo(name) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    public bool TryFind(ReadOnlySpan<byte> name, out RefEntry entry)
    {
        var index = LowerBound(name);
        entry = index < Count ? this[index] : default;
        return index < Count && entry.Name.SequenceEqual(name);
    }

    public bool TryFind(string name, out ObjectId id)
    {
        id = default;
        return TryFind(Encoding.UTF8.GetBytes(name), out var entry) && ObjectId.TryParse(entry.Hex, out id);
    }

    /// <summary>The object that HEAD resolves to; false when HEAD is unborn.</summary>
    public bool TryResolveHead(out ObjectId id)
    {
        id = DetachedHead ?? default;
        return HeadTarget is null ? DetachedHead is not null : TryFind(HeadTarget, out id);
    }

    private RefSnapshot Without(IReadOnlyList<string> hidden)
    {
        var isHeadHidden = HeadTarget is not null && Policy.HiddenRefs.Contain(hidden, HeadTarget);
        return new RefSnapshot(
            Version, HashFormat, Policy.HiddenRefs.Remove(this, hidden), isHeadHidden ? null : HeadTarget, DetachedHead, Stamp);
    }

    private static int[] Index(ReadOnlySpan<byte> packed, int hexLength)
    {
        var starts = new List<int>(packed.Length / 64);
        for (var position = 0; position < packed.Length;)
        {
            if (packed[position] != '^') starts.Add(position);
            position += hexLength;
            position += packed[position..].IndexOf((byte)'\n') + 1;
        }

        return [.. starts];
    }
}

/// <summary>One ref within a snapshot, as spans into its block.</summary>
/// <remarks><see cref="PeeledHex"/> is empty when the ref is not a tag object.</remarks>
public readonly ref struct RefEntry(ReadOnlySpan<byte> hex, ReadOnlySpan<byte> name, ReadOnlySpan<byte> peeledHex)
{
    public ReadOnlySpan<byte> Hex { get; } = hex;

    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> PeeledHex { get; } = peeledHex;
}
