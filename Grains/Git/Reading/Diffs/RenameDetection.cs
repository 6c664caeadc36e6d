using System.Text;
using Granary.Git.Reading.Diffs;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>
/// Finds renamed and copied files among those that differ, by git's rules (gitdiffcore(7)): first those with the same content,
/// then, of renames, those that alone have their base name, then whichever are most alike.
/// </summary>
internal sealed class RenameDetection(SimilarityMeter meter, DiffSettings settings, DiffLimits limits)
{
    /// <summary>Of each new file only so many are remembered that it may come from.</summary>
    private const int CandidatesPerTarget = 4;

    private readonly int _least = settings.Similarity * SimilarityMeter.MaxScore / 100;
    private readonly bool _copies = settings.Moves == MoveDetection.RenamesAndCopies;

    /// <summary>Whether renamed files may not have been found because of a limit.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>The same changes, in which what belongs together is one.</summary>
    public IReadOnlyList<ChangedFile> Apply(IReadOnlyList<ChangedFile> changes, CancellationToken cancellationToken)
    {
        var sources = new List<RenameSource>();
        var targets = new Dictionary<ChangedFile, RenameTarget>(ReferenceEqualityComparer.Instance);
        foreach (var change in changes)
        {
            if (change.Old is null) targets.Add(change, new RenameTarget(change.New!));
            else if (change.New is null || _copies) sources.Add(new RenameSource(change.Old, isKept: change.New is not null));
        }

        if (targets.Count == 0 || sources.Count == 0) return changes;
        MatchIdentical(sources, targets.Values);
        if (_least < SimilarityMeter.MaxScore)
        {
            if (!_copies) MatchByBaseName(sources, targets.Values, cancellationToken);
            MatchSimilar(sources, targets.Values, cancellationToken);
        }

        IsLimited |= meter.IsLimited;
        return Merge(changes, sources, targets);
    }

    private void MatchIdentical(List<RenameSource> sources, IEnumerable<RenameTarget> targets)
    {
        var byContent = sources.ToLookup(static source => source.File.Id);
        foreach (var target in targets)
        {
            RenameSource? best = null;
            var bestRank = -1;
            foreach (var source in byContent[target.File.Id])
            {
                if (!(source.File.IsRegular && target.File.IsRegular) && source.File.Mode != target.File.Mode) continue;
                if (!_copies && !source.IsFree) continue;
                var rank = (source.IsFree ? 1 : 0) + (BaseName(source.File).SequenceEqual(BaseName(target.File)) ? 1 : 0);
                if (rank > bestRank) (best, bestRank) = (source, rank);
            }

            if (best is not null) target.ComesFrom(best, SimilarityMeter.MaxScore);
        }
    }

    /// <summary>Most renamed files keep their name in another folder: such a pair needs no look at all others.</summary>
    private void MatchByBaseName(List<RenameSource> sources, IEnumerable<RenameTarget> targets, CancellationToken cancellationToken)
    {
        var least = _least + ((SimilarityMeter.MaxScore - _least) / 2);
        var alone = targets.Where(static target => target.From is null).GroupBy(static target => NameKey(target.File))
            .Where(static group => group.Count() == 1).ToDictionary(static group => group.Key, static group => group.First());
        foreach (var group in sources.Where(static source => source.IsFree).GroupBy(static source => NameKey(source.File)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (group.Count() > 1 || !alone.TryGetValue(group.Key, out var target)) continue;
            var source = group.First();
            var score = meter.Compare(source.File, target.File, least);
            if (score >= least) target.ComesFrom(source, score);
        }
    }

    private void MatchSimilar(List<RenameSource> sources, IEnumerable<RenameTarget> targets, CancellationToken cancellationToken)
    {
        var open = targets.Where(static target => target.From is null).ToList();
        var free = sources.Where(source => _copies || source.IsFree).ToList();
        if (open.Count == 0 || free.Count == 0) return;
        if ((long)open.Count * free.Count > (long)limits.MaxRenames * limits.MaxRenames)
        {
            IsLimited = true;
            return;
        }

        var pairs = open.SelectMany(target => CandidatesOf(target, free, cancellationToken)).OrderBy(static pair => pair, Pair.BestFirst).ToList();
        foreach (var pair in pairs)
        {
            if (pair.Target.From is null && pair.Source.IsFree) pair.Target.ComesFrom(pair.Source, pair.Score);
        }

        if (!_copies) return;
        foreach (var pair in pairs)
        {
            if (pair.Target.From is null) pair.Target.ComesFrom(pair.Source, pair.Score);
        }
    }

    private IEnumerable<Pair> CandidatesOf(RenameTarget target, List<RenameSource> sources, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return sources
            .Select(source => new Pair(source, target, meter.Compare(source.File, target.File, _least), BaseName(source.File).SequenceEqual(BaseName(target.File))))
            .Where(pair => pair.Score >= _least)
            .OrderBy(static pair => pair, Pair.BestFirst)
            .Take(CandidatesPerTarget);
    }

    private static List<ChangedFile> Merge(
        IReadOnlyList<ChangedFile> changes, List<RenameSource> sources, Dictionary<ChangedFile, RenameTarget> targets)
    {
        var renamed = sources.Where(static source => source is { Uses: > 0, IsKept: false }).Select(static source => source.File)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        var merged = new List<ChangedFile>(changes.Count);
        foreach (var change in changes)
        {
            if (change.New is null && renamed.Contains(change.Old!)) continue;
            if (targets.TryGetValue(change, out var target) && target.From is { } source)
            {
                // Of several that come from a file that is gone, the last one is it and the others are copies.
                var status = source.IsKept || --source.Uses > 0 ? FileStatus.Copied : FileStatus.Renamed;
                merged.Add(new ChangedFile(status, source.File, change.New, (int)(target.Score * 100L / SimilarityMeter.MaxScore)));
            }
            else
            {
                merged.Add(change);
            }
        }

        return merged;
    }

    private static ReadOnlySpan<byte> BaseName(FileVersion file) => file.Path.Span[(file.Path.Span.LastIndexOf((byte)'/') + 1)..];

    /// <summary>Of bytes, each of which is a character: equal exactly when the names are.</summary>
    private static string NameKey(FileVersion file) => Encoding.Latin1.GetString(BaseName(file));

    private sealed record Pair(RenameSource Source, RenameTarget Target, int Score, bool HasSameName)
    {
        public static Comparer<Pair> BestFirst { get; } = Comparer<Pair>.Create(static (one, other) =>
            one.Score != other.Score ? other.Score.CompareTo(one.Score) : other.HasSameName.CompareTo(one.HasSameName));
    }
}
