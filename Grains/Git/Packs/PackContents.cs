using System.Buffers.Text;
using System.Text;
using Granary.Repositories;

namespace Granary.Grains.Git.Packs;

/// <summary>
/// One <c>cat-file</c> run over what a push names and what it brought: the answers to the first lines are kept, of the others the
/// sizes are looked at as they come.
/// </summary>
/// <param name="kept">Answers to keep.</param>
/// <param name="limit">Objects above this size are remembered, some of them.</param>
internal sealed class PackContents(int kept, long limit)
{
    private const int MaxRemembered = 100;

    /// <summary>Of the answers that are read here: what is asked of each object, kept or not.</summary>
    public const string Format = "%(objectname) %(objecttype) %(objectsize)";

    private readonly List<string> _answers = new(kept);
    private readonly List<(string Id, long Size)> _large = [];

    public IReadOnlyList<string> Answers => _answers;

    /// <summary>The size of the largest object that was brought, unpacked.</summary>
    public long Largest { get; private set; }

    public IReadOnlyList<(string Id, long Size)> Large => _large;

    public bool Read(ReadOnlySpan<byte> line)
    {
        if (_answers.Count < kept)
        {
            _answers.Add(Encoding.ASCII.GetString(line));
            return true;
        }

        if (!Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out long size, out _)) return true;
        if (Note(size)) _large.Add((Encoding.ASCII.GetString(line[..line.IndexOf((byte)' ')]), size));
        return true;
    }

    public void Add(ObjectId id, long size)
    {
        if (Note(size)) _large.Add((id.ToString(), size));
    }

    /// <summary>Returns whether it is one to remember.</summary>
    private bool Note(long size)
    {
        Largest = Math.Max(Largest, size);
        return size > limit && _large.Count < MaxRemembered;
    }
}
