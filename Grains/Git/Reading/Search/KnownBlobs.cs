using System.Diagnostics.CodeAnalysis;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>What was found in the blobs of a search so far, because several files may have the same.</summary>
internal sealed class KnownBlobs
{
    /// <summary>Shown lines that are kept; some megabytes. Blobs behind them are read again.</summary>
    private const int KeptLines = 20_000;

    private readonly Dictionary<ObjectId, BlobFinding> _findings = [];
    private int _lines;

    public bool TryGet(ObjectId id, [NotNullWhen(true)] out BlobFinding? finding) => _findings.TryGetValue(id, out finding);

    public void Add(ObjectId id, BlobFinding finding)
    {
        if (_lines >= KeptLines && finding.Lines is not null) return;
        _lines += finding.Lines?.Lines.Count ?? 0;
        _findings[id] = finding;
    }
}
