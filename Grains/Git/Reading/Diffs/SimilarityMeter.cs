using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>Says how much a file is like another. What it needs of a file is read once, and no file that is too large.</summary>
internal sealed class SimilarityMeter(ObjectSource objects, DiffLimits limits)
{
    /// <summary>The score of files that are the same; git counts so too.</summary>
    public const int MaxScore = 60_000;

    private readonly Dictionary<ObjectId, ContentSignature?> _signatures = [];
    private readonly Dictionary<ObjectId, long> _sizes = [];
    private long _read;

    /// <summary>Whether files were not compared because of a limit.</summary>
    public bool IsLimited { get; private set; }

    /// <returns>Of <see cref="MaxScore"/>; 0 when it is less than <paramref name="least"/> in any case.</returns>
    public int Compare(FileVersion source, FileVersion target, int least)
    {
        if (!source.IsRegular || !target.IsRegular) return 0;
        var (from, to) = (SizeOf(source.Id), SizeOf(target.Id));
        var (smaller, larger) = (Math.Min(from, to), Math.Max(from, to));
        if (smaller == 0 || larger * (MaxScore - least) < (larger - smaller) * MaxScore) return 0;
        if (SignatureOf(source.Id, from) is not { } old || SignatureOf(target.Id, to) is not { } now) return 0;
        return (int)(old.CommonWith(now) * MaxScore / larger);
    }

    private long SizeOf(ObjectId id)
    {
        if (!_sizes.TryGetValue(id, out var size)) _sizes.Add(id, size = objects.ReadHeader(id).Size);
        return size;
    }

    private ContentSignature? SignatureOf(ObjectId id, long size)
    {
        if (_signatures.TryGetValue(id, out var signature)) return signature;
        if (size > limits.MaxFileSize || _read + size > limits.MaxRenameBytes)
        {
            IsLimited = true;
        }
        else
        {
            _read += size;
            using var raw = objects.Read(id);
            signature = ContentSignature.Of(raw.Data);
        }

        _signatures.Add(id, signature);
        return signature;
    }
}
