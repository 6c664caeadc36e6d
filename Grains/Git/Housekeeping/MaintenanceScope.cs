namespace Granary.Grains.Git.Housekeeping;

/// <summary>How much of a repository a run looks at. Greater includes less.</summary>
internal enum MaintenanceScope
{
    /// <summary>Only what crashes left and replaced packs whose time has come are removed.</summary>
    Expiry,

    /// <summary>The packs that came since the multi-pack-index was written are rolled up among themselves, unless there is much in them.</summary>
    Recent,

    /// <summary>All packs, made into one if that does not take long; multi-pack-index, bitmap and commit-graph.</summary>
    Everything,

    /// <summary>All into one pack, however long it takes.</summary>
    OnePack,
}
