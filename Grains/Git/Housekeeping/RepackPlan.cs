namespace Granary.Grains.Git.Housekeeping;

/// <summary>What a run is to do.</summary>
/// <param name="Replaced">Packs to make into one; may be none, when there are only loose objects.</param>
/// <param name="IsWhole">The new pack is to have every object of the repository.</param>
/// <param name="KeepsIndex">The packs of the multi-pack-index are not among them: it, its bitmap and the commit-graph stay as they are.</param>
internal sealed record RepackPlan(IReadOnlyList<PackFile> Replaced, bool IsWhole, bool KeepsIndex)
{
    /// <summary>Whether a new pack is to be made.</summary>
    public bool IsRepack { get; private init; } = true;

    /// <param name="packs">Packs in use.</param>
    /// <param name="record">What the last run left.</param>
    /// <param name="scope">How much was asked for.</param>
    /// <param name="hasLooseObjects">Whether something is in no pack.</param>
    /// <param name="options">Limits.</param>
    public static RepackPlan Make(
        IReadOnlyList<PackFile> packs, MaintenanceRecord record, MaintenanceScope scope, bool hasLooseObjects, HousekeepingOptions options)
    {
        var ours = packs.Where(static p => !p.IsKept).ToList();
        if (scope == MaintenanceScope.Recent && RollUpRecent(packs, record, options) is { } recent) return recent;
        if (ours.Count < 2 && !hasLooseObjects) return new RepackPlan([], IsWhole: false, KeepsIndex: false) { IsRepack = false };
        var size = ours.Sum(static p => p.Size);
        if (scope == MaintenanceScope.OnePack || size <= options.WholeSize || size > 2 * Math.Max(record.WholeSize, 1))
            return new RepackPlan(ours, IsWhole: true, KeepsIndex: false);
        var some = Geometry.ToRollUp(ours, options.GeometricFactor);
        return new RepackPlan(some, IsWhole: false, KeepsIndex: false) { IsRepack = some.Count > 0 || hasLooseObjects };
    }

    /// <summary>Null when the indexes are missing, or when so much is outside of them that they are worth writing again.</summary>
    private static RepackPlan? RollUpRecent(IReadOnlyList<PackFile> packs, MaintenanceRecord record, HousekeepingOptions options)
    {
        var covered = record.Covered.ToHashSet(StringComparer.Ordinal);
        var indexed = packs.Where(p => covered.Contains(p.Name)).ToList();
        if (indexed.Count == 0 || indexed.Count < covered.Count) return null;
        var recent = packs.Except(indexed).ToList();
        if (recent.Sum(static p => p.Objects) > options.UncoveredShare * indexed.Sum(static p => p.Objects)) return null;
        var some = Geometry.ToRollUp(recent.Where(static p => !p.IsKept), options.GeometricFactor);
        return new RepackPlan(some, IsWhole: false, KeepsIndex: true) { IsRepack = some.Count > 0 };
    }
}
