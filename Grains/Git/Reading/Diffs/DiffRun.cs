using System.Diagnostics.CodeAnalysis;
using Granary.Git.Reading.Diffs;
using Granary.Grains.Git.Reading.Native;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>
/// Makes one diff. The counts of all files come first, so each file is compared before anything is told; what that gave is
/// kept as long as it is little, and the files behind it are compared again when their turn comes.
/// </summary>
internal sealed class DiffRun(ObjectSource objects, DiffSettings settings, DiffLimits limits)
{
    /// <summary>Lines that are kept from the first comparison to the telling; some megabytes.</summary>
    private const int KeptLines = 20_000;

    /// <param name="oldTree">Null: nothing is there.</param>
    /// <param name="newTree">The new side.</param>
    /// <param name="summary">What is known of the whole; its counts are filled in.</param>
    /// <param name="cancellationToken">Looked at between files.</param>
    public IEnumerable<DiffPart> Run(ObjectId? oldTree, ObjectId newTree, DiffSummary summary, CancellationToken cancellationToken)
    {
        var changes = new TreeComparison(objects, settings.Paths).Compare(oldTree, newTree, cancellationToken).Take(limits.MaxChangedFiles + 1).ToList();
        var isIncomplete = changes.Count > limits.MaxChangedFiles;
        if (isIncomplete) changes.RemoveAt(limits.MaxChangedFiles);
        var renames = new RenameDetection(new SimilarityMeter(objects, limits), settings, limits);
        var files = settings.Moves == MoveDetection.None ? changes : renames.Apply(changes, cancellationToken);
        var shown = Math.Min(files.Count, Least(settings.MaxFiles, limits.MaxFiles));

        var kept = new KeptFiles();
        var (additions, deletions) = (0L, 0L);
        foreach (var file in Compare(files, shown, kept, cancellationToken))
        {
            additions += file.Additions;
            deletions += file.Deletions;
            isIncomplete |= file.IsTooLarge;
        }

        yield return summary with
        {
            FileCount = files.Count,
            Additions = additions,
            Deletions = deletions,
            ShownFileCount = shown,
            IsIncomplete = isIncomplete,
            MayMissRenames = renames.IsLimited,
        };
        foreach (var file in Show(files, shown, kept, cancellationToken)) yield return file;
    }

    /// <summary>All files, counted; the first ones also go to <paramref name="kept"/> with their lines.</summary>
    private IEnumerable<FileDiff> Compare(IReadOnlyList<ChangedFile> files, int shown, KeptFiles kept, CancellationToken cancellationToken)
    {
        var (comparison, budget) = (new FileComparison(objects, settings, limits), NewBudget());
        for (var i = 0; i < files.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isKept = i < shown && kept.Lines < KeptLines;
            var diff = comparison.Compare(files[i], budget, settings.WithLines && isKept);
            if (isKept) kept.Add(diff, comparison.ComparedBytes);
            yield return diff;
        }
    }

    private IEnumerable<FileDiff> Show(IReadOnlyList<ChangedFile> files, int shown, KeptFiles kept, CancellationToken cancellationToken)
    {
        var (comparison, budget) = (new FileComparison(objects, settings, limits, kept.ComparedBytes), NewBudget());
        budget.Charge(kept.Lines);
        var i = 0;
        while (kept.TryTake(out var diff))
        {
            i++;
            yield return diff;
        }

        for (; i < shown; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return comparison.Compare(files[i], budget, settings.WithLines);
        }
    }

    private LineBudget NewBudget() => new(
        Least(settings.MaxLines, limits.MaxLines), Least(settings.MaxLinesPerFile, limits.MaxLinesPerFile), limits.MaxBytesPerFile);

    private static int Least(int? wish, int limit) => Math.Min(wish ?? limit, limit);

    /// <summary>The first files, compared once for their counts and their lines alike.</summary>
    private sealed class KeptFiles
    {
        private readonly Queue<FileDiff> _files = [];

        public int Lines { get; private set; }

        /// <summary>What comparing these and all before them came to, so that the comparison can go on behind them.</summary>
        public long ComparedBytes { get; private set; }

        public void Add(FileDiff file, long comparedBytes)
        {
            _files.Enqueue(file);
            Lines += file.LineCount;
            ComparedBytes = comparedBytes;
        }

        public bool TryTake([NotNullWhen(true)] out FileDiff? file) => _files.TryDequeue(out file);
    }
}
