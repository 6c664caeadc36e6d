using Granary.Grains.Git.Packs;
using Granary.Repositories;

namespace Granary.Grains.Git;

/// <summary>Where things are on the volume. Paths are made of repository and push ids only; no user-supplied text gets here.</summary>
/// <param name="dataPath">Absolute path of <c>Granary:DataPath</c>.</param>
internal sealed class RepositoryLayout(string dataPath)
{
    public string DataPath { get; } = dataPath;

    public string Pending => Path.Combine(DataPath, "pending");

    /// <summary>A file for each deleted repository, named by its id; its time is that of the deletion.</summary>
    public string Deleted => Path.Combine(DataPath, "deleted");

    /// <summary>What was removed for good and is not unlinked yet.</summary>
    public string Trash => Path.Combine(DataPath, "trash");

    /// <summary>All repositories of the volume, in the order of its folders.</summary>
    public IEnumerable<RepositoryId> EnumerateRepositories()
    {
        var root = Path.Combine(DataPath, "repositories");
        if (!Directory.Exists(root)) yield break;
        var folders = Directory.EnumerateDirectories(root).SelectMany(Directory.EnumerateDirectories).SelectMany(Directory.EnumerateDirectories);
        foreach (var folder in folders)
        {
            if (RepositoryId.TryParse(Path.GetFileNameWithoutExtension(folder), out var id)) yield return id;
        }
    }

    public RepositoryPaths Of(RepositoryId id)
    {
        var name = id.ToString();
        return new RepositoryPaths(Path.Combine(DataPath, "repositories", name[..2], name[2..4], name + ".git"), Path.Combine(Pending, name));
    }
}

/// <summary>The files of one repository: a bare git repository, and beside its refs what is ours in <c>granary/</c>.</summary>
internal sealed record RepositoryPaths(string Root, string PendingMarker)
{
    public string Head => Path.Combine(Root, "HEAD");

    public string PackedRefs => Path.Combine(Root, "packed-refs");

    public string PackedRefsLock => Path.Combine(Root, "packed-refs.lock");

    public string LooseRefs => Path.Combine(Root, "refs");

    public string Objects => Path.Combine(Root, "objects");

    public string ObjectPacks => Path.Combine(Root, "objects", "pack");

    /// <summary>git's list of the commits that a shallow repository ends at; few repositories have one.</summary>
    public string Shallow => Path.Combine(Root, "shallow");

    public string Own => Path.Combine(Root, "granary");

    /// <summary>The file whose <c>flock</c> every writer holds; it is never removed.</summary>
    public string Lock => Path.Combine(Root, "granary", "lock");

    public string Journal => Path.Combine(Root, "granary", "journal");

    /// <summary>How far the journal's events were given to each kind of job.</summary>
    public string Delivered => Path.Combine(Root, "granary", "delivered");

    public string Quarantines => Path.Combine(Root, "granary", "incoming");

    /// <summary>The file whose <c>flock</c> the one run of housekeeping holds.</summary>
    public string MaintenanceLock => Path.Combine(Root, "granary", "maintenance-lock");

    /// <summary>What housekeeping remembers of its last run.</summary>
    public string MaintenanceRecord => Path.Combine(Root, "granary", "maintenance.json");

    /// <summary>The repository in which housekeeping makes new packs before they are put in place.</summary>
    public string Repacking => Path.Combine(Root, "granary", "repacking");

    /// <summary>The file that all marks of a kind on packs are names of.</summary>
    public string KeepMark(KeptBy by) => Path.Combine(Root, "granary", by == KeptBy.Push ? "keep.push" : "keep.housekeeping");

    /// <summary>The object directory of one push until it is accepted.</summary>
    public string Quarantine(Guid pushId) => Path.Combine(Quarantines, pushId.ToString("N"));
}
