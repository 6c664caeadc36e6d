namespace Granary.Grains.Git.Housekeeping;

/// <summary>
/// Which packs to roll up so that the rest form a geometric progression, each with at least <c>factor</c> times the objects
/// of the one below: git-repack(1), <c>--geometric</c>. An object is then rewritten only so many times as its pack doubles.
/// </summary>
internal static class Geometry
{
    /// <param name="packs">In any order.</param>
    /// <param name="factor">At least 2.</param>
    /// <returns>The packs to make into one, smallest first; empty when nothing is to be done.</returns>
    public static IReadOnlyList<PackFile> ToRollUp(IEnumerable<PackFile> packs, int factor)
    {
        var sorted = packs.OrderBy(static p => p.Objects).ThenBy(static p => p.Name, StringComparer.Ordinal).ToList();
        var split = sorted.Count - 1;
        while (split > 0 && sorted[split].Objects >= factor * sorted[split - 1].Objects) split--;
        if (split <= 0) return [];

        // The larger of the two packs that broke the progression is rolled up with the smaller.
        split++;
        var total = sorted.Take(split).Sum(static p => p.Objects);
        for (; split < sorted.Count && sorted[split].Objects < factor * total; split++) total += sorted[split].Objects;
        return sorted[..split];
    }
}
