namespace Granary.Grains.Git.Housekeeping;

/// <summary>The end of packs that were replaced: all that is in them is in packs that nobody takes away.</summary>
internal static class ReplacedPacks
{
    /// <summary>
    /// Removes those whose time has come. A multi-pack-index that names one of them, or one that is gone, goes first: git looks for an object
    /// where that says, and then in no other pack that it names. Whoever has read it by now gets another while.
    /// </summary>
    /// <param name="paths">The repository.</param>
    /// <param name="record">What the last run left.</param>
    /// <param name="now">The time.</param>
    /// <param name="grace">The while.</param>
    public static MaintenanceRecord RemoveDue(RepositoryPaths paths, MaintenanceRecord record, DateTimeOffset now, TimeSpan grace)
    {
        var named = MultiPackIndex.ReadPacks(paths);
        var due = record.Retired.Where(p => p.Until <= now).Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        if (named.Overlaps(due) || named.Any(p => !PackFolder.Exists(paths, p)))
        {
            MultiPackIndex.Remove(paths);
            return record with { Covered = [], Retired = [.. record.Retired.Select(p => named.Contains(p.Name) ? p with { Until = now + grace } : p)] };
        }

        foreach (var pack in due) PackFolder.Remove(paths, pack);
        return record with { Covered = [.. named], Retired = [.. record.Retired.Where(p => p.Until > now)] };
    }

    /// <summary>
    /// Hides replaced packs from git processes that begin from now on, so that each does not open them all. Those that the
    /// multi-pack-index names are seen through it until it is written anew.
    /// </summary>
    public static void Hide(RepositoryPaths paths, MaintenanceRecord record)
    {
        foreach (var pack in record.Retired.ExceptBy(record.Covered, static p => p.Name)) PackFolder.Hide(paths, pack.Name);
    }
}
