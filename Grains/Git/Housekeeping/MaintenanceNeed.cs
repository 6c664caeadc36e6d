namespace Granary.Grains.Git.Housekeeping;

/// <summary>Whether a repository could be kept better: a look into its folders, no process and no grain.</summary>
internal static class MaintenanceNeed
{
    public static bool IsAny(RepositoryPaths paths, DateTimeOffset now)
    {
        if (!Directory.Exists(paths.ObjectPacks)) return false;
        var record = MaintenanceRecord.Read(paths);
        return record.Fault is not null
            || record.Retired.Any(p => p.Until <= now)
            || HasNewPacks(paths, record)
            || (Directory.Exists(paths.Quarantines) && Directory.EnumerateFileSystemEntries(paths.Quarantines).Any())
            || PackFolder.LooseObjects(paths).Any();
    }

    private static bool HasNewPacks(RepositoryPaths paths, MaintenanceRecord record)
    {
        var known = record.Covered.Concat(record.Retired.Select(static p => p.Name)).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFiles(paths.ObjectPacks, "pack-*.idx").Any(f => !known.Contains(Path.GetFileNameWithoutExtension(f)));
    }
}
