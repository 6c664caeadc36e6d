using Granary.Repositories;

namespace Granary.Grains.Git;

/// <summary>Where things are on the volume. Paths are made of repository and push ids only; no user-supplied text gets here.</summary>
/// <param name="dataPath">Absolute path of <c>Granary:DataPath</c>.</param>
internal sealed class RepositoryLayout(string dataPath)
{
    public string DataPath { get; } = dataPath;

    public string Pending => Path.Combine(DataPath, "pending");

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

    public string Own => Path.Combine(Root, "granary");

    /// <summary>The file whose <c>flock</c> every writer holds; it is never removed.</summary>
    public string Lock => Path.Combine(Root, "granary", "lock");

    public string Journal => Path.Combine(Root, "granary", "journal");

    /// <summary>How far the journal's events were given to each kind of job.</summary>
    public string Delivered => Path.Combine(Root, "granary", "delivered");

    public string Quarantines => Path.Combine(Root, "granary", "incoming");

    /// <summary>The object directory of one push until it is accepted.</summary>
    public string Quarantine(Guid pushId) => Path.Combine(Quarantines, pushId.ToString("N"));
}
