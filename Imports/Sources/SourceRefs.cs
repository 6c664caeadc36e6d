using System.Text;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Imports.Sources;

/// <summary>The refs of a source as they are read: which are taken over, which are not and why, and where its HEAD is.</summary>
/// <param name="maxRefs">The most that are taken over.</param>
/// <param name="skipped">Refs and folders of refs that are not.</param>
/// <param name="hidden">Those that the repository hides.</param>
internal sealed class SourceRefs(int maxRefs, IReadOnlyList<string> skipped, IReadOnlyList<string> hidden)
{
    private const int MaxListed = 100;
    private const string Head = "HEAD";

    private readonly Dictionary<RefName, ObjectId> _kept = [];
    private readonly Dictionary<string, int> _folders = [];
    private readonly List<SkippedRef> _listed = [];
    private int _unnamed;

    public IReadOnlyDictionary<RefName, ObjectId> Kept => _kept;

    /// <summary>What the source's HEAD names; null: it did not say.</summary>
    public string? HeadTarget { get; set; }

    /// <summary>What HEAD resolves to.</summary>
    public ObjectId? HeadId { get; private set; }

    public int SkippedCount => _folders.Values.Sum() + _unnamed;

    public IReadOnlyList<SkippedRef> Skipped =>
    [
        .. _folders.OrderBy(static f => f.Key, StringComparer.Ordinal)
            .Select(static f => new SkippedRef(f.Key, f.Value == 1 ? "not for this server" : $"{f.Value} refs, not for this server")),
        .. _listed,
    ];

    /// <exception cref="ImportRefusedException">There are too many, or one comes twice.</exception>
    public void Add(ReadOnlySpan<byte> name, ObjectId id)
    {
        if (id.Format != HashFormat.Sha1) throw Sha256();
        var text = Encoding.UTF8.GetString(name);
        if (text == Head)
        {
            HeadId = id;
            return;
        }

        if (skipped.FirstOrDefault(entry => HiddenRefs.Contain([entry], text)) is { } folder)
        {
            _folders[folder] = _folders.GetValueOrDefault(folder) + 1;
            return;
        }

        var isValid = RefName.TryParse(name, out var refName, out var fault);
        if (!isValid || HiddenRefs.Contain(hidden, refName.Value))
        {
            _unnamed++;
            if (_listed.Count < MaxListed) _listed.Add(new SkippedRef(text, fault ?? "hidden in this repository"));
            return;
        }

        if (!_kept.TryAdd(refName, id)) throw new ImportRefusedException($"The source names the ref '{refName}' twice.");
        if (_kept.Count > maxRefs)
            throw new ImportRefusedException(RefusalKind.ResourceExhausted, $"The source has more than {maxRefs} refs (Granary:Import:MaxRefs).");
    }

    /// <summary>The full name of the branch for HEAD; null: as it is.</summary>
    public string? ChooseHead()
    {
        var target = RefName.TryParse(HeadTarget, out var named, out _) && named.IsBranch ? named.Value : null;
        var branches = _kept.Where(static r => r.Key.IsBranch).ToDictionary(static r => r.Key.Value, static r => r.Value);
        if (branches.Count == 0 || (target is not null && branches.ContainsKey(target))) return target;

        // A bundle does not say, and a detached HEAD has no branch: one where HEAD is, then one of a usual name, then the first.
        var here = branches.Where(b => b.Value == HeadId).Select(static b => b.Key).ToList();
        var candidates = here.Count > 0 ? here : [.. branches.Keys];
        return candidates.Find(static b => b == "refs/heads/main") ?? candidates.Find(static b => b == "refs/heads/master")
            ?? candidates.Min(StringComparer.Ordinal);
    }

    public static ImportRefusedException Sha256() => new(
        RefusalKind.FailedPrecondition, "The source is a SHA-256 repository; this server keeps SHA-1 repositories only.");
}
