using Granary.Git.Reading.Search;
using Granary.Grains.Git.Reading.Blobs;
using Granary.Grains.Git.Reading.Native;
using Granary.Grains.Git.Reading.Search.Patterns;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Search;

/// <summary>The search in one blob. It is decoded only when its bytes do not tell that nothing matches.</summary>
internal sealed class BlobSearch : IDisposable
{
    /// <summary>Of UTF-16, beside a byte of the file.</summary>
    private const int TextSize = 2;

    private readonly IDisposable _share;
    private readonly FileText? _text;
    private readonly FileScan? _scan;

    /// <param name="objects">Where the blob is.</param>
    /// <param name="id">Of the blob.</param>
    /// <param name="size">Of the blob.</param>
    /// <param name="memory">What all reads share.</param>
    /// <param name="pattern">What to look for.</param>
    /// <param name="scope">How much is shown.</param>
    /// <exception cref="Granary.Git.GitBusyException">There is no memory for it.</exception>
    public BlobSearch(ObjectSource objects, ObjectId id, long size, BlobMemory memory, LinePattern pattern, SearchScope scope)
    {
        _share = memory.Hold(size * (1 + TextSize));
        try
        {
            using var raw = objects.Read(id);
            IsBinary = EncodingGuess.IsBinary(raw.Data);
            if (IsBinary || (!EncodingGuess.IsUtf16(raw.Data) && !pattern.MayMatch(raw.Data))) return;
            _text = FileText.Decode(raw.Data);
            _scan = new FileScan(_text, pattern, scope);
        }
        catch
        {
            _share.Dispose();
            throw;
        }
    }

    public bool IsBinary { get; }

    /// <summary>What was found so far; null: nothing.</summary>
    public FoundLines? Found => _scan?.Found;

    /// <returns>Whether there is more to look at.</returns>
    public bool Step() => _scan?.Step() == true;

    public void Dispose()
    {
        _text?.Dispose();
        _share.Dispose();
    }
}
