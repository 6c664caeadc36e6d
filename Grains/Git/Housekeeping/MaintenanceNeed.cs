namespace Granary.Grains.Git.Housekeeping;

/// <summary>Whether a repository needs housekeeping: a look into its folders, no process and no grain.</summary>
internal static class MaintenanceNeed
{
    /// <summary>Enough came since the last run, or replaced packs can go.</summary>
    public static bool IsDue(RepositoryPaths paths, HousekeepingOptions options, DateTimeOffset now)
    {
        if (!Directory.Exists(paths.ObjectPacks)) return false;
        var record = MaintenanceRecord.Read(paths);
        var (count, bytes) = Uncovered(paths, record);
        return count >= options.NewPacks || bytes >= options.LargePush || record.Retired.Any(p => p.At + options.ReplacedPackGrace <= now);
    }

    /// <summary>Anything could be better, however little: the question of the nightly sweep.</summary>
    public static bool IsAny(RepositoryPaths paths, HousekeepingOptions options, DateTimeOffset now)
    {
        if (!Directory.Exists(paths.ObjectPacks)) return false;
        var record = MaintenanceRecord.Read(paths);
        return Uncovered(paths, record).Count > 0
            || record.Fault is not null
            || record.Retired.Any(p => p.At + options.ReplacedPackGrace <= now)
            || (Directory.Exists(paths.Quarantines) && Directory.EnumerateFileSystemEntries(paths.Quarantines).Any())
            || PackFolder.LooseObjects(paths).Any();
    }

    private static (int Count, long Bytes) Uncovered(RepositoryPaths paths, MaintenanceRecord record)
    {
        var known = record.Covered.Concat(record.Retired.Select(static p => p.Name)).ToHashSet(StringComparer.Ordinal);
        var (count, bytes) = (0, 0L);
        foreach (var pack in new DirectoryInfo(paths.ObjectPacks).EnumerateFiles("pack-*.pack"))
        {
            if (known.Contains(Path.GetFileNameWithoutExtension(pack.Name))) continue;
            count++;
            bytes += pack.Exists ? pack.Length : 0;
        }

        return (count, bytes);
    }
}
