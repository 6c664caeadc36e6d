using Granary.Grains.Storage;
using Granary.Repositories;
using Orleans.Storage;

namespace Granary.Grains.Projects;

/// <summary>
/// The names of a project's repositories, present and past, and the deleted ones. Each change takes effect by one write of one
/// record, so that a crash leaves the state before it or after it.
/// </summary>
internal sealed class RepositoryNames(IGrainStorage storage, GrainId grain)
{
    private readonly PartitionedMap<RepositoryNameEntry> _names = new(storage, grain, "repositories");
    private readonly PartitionedMap<DeletedRepository> _deleted = new(storage, grain, "deleted");

    /// <summary>The present entry of each repository that is not deleted.</summary>
    private readonly Dictionary<RepositoryId, RepositoryNameEntry> _live = [];

    public int LiveCount => _live.Count;

    public async Task LoadAsync()
    {
        await Task.WhenAll(_names.LoadAsync(), _deleted.LoadAsync());
        _live.Clear();
        foreach (var (_, entry) in _names.EnumerateFrom())
        {
            if (entry.Id is not { } id || IsDeleted(id)) continue;
            if (!_live.TryGetValue(id, out var other) || other.Revision < entry.Revision) _live[id] = entry;
        }
    }

    /// <summary>The present entry of the repository that has or once had this name.</summary>
    public RepositoryNameEntry? Find(RepositoryName name) =>
        _names.TryGet(name.Key, out var entry) && entry.Id is { } id ? _live.GetValueOrDefault(id) : null;

    public RepositoryNameEntry? Find(RepositoryId id) => _live.GetValueOrDefault(id);

    public DeletedRepository? FindDeleted(RepositoryId id) => _deleted.TryGet(id.ToString(), out var deleted) ? deleted : null;

    /// <summary>Whether it is the present name of a repository; past names and those of deleted repositories are free.</summary>
    public bool IsTaken(RepositoryName name) => Find(name) is { } present && present.Name == name;

    public IEnumerable<KeyValuePair<string, RepositoryNameEntry>> EnumerateLive(string? after, string? prefix) =>
        _names.EnumerateFrom(after, prefix).Where(pair => pair.Value.Id is { } id && _live.TryGetValue(id, out var present) && present.Name.Key == pair.Key);

    public IEnumerable<KeyValuePair<string, DeletedRepository>> EnumerateDeleted(string? after = null, string? prefix = null) =>
        _deleted.EnumerateFrom(after, prefix);

    /// <summary>Repositories whose creation a crash cut off.</summary>
    public IEnumerable<RepositoryId> EnumerateUnfinished() => _names.EnumerateFrom().Select(pair => pair.Value.Creating).OfType<RepositoryId>();

    /// <summary>The repository that is being made under this name, or that a crash left unfinished.</summary>
    public RepositoryId? FindUnfinished(RepositoryName name) => _names.TryGet(name.Key, out var entry) ? entry.Creating : null;

    /// <summary>The id to make a repository with: that of an earlier try if there was one. The name goes on meaning what it meant.</summary>
    public async Task<RepositoryId> BeginCreateAsync(RepositoryName name)
    {
        if (_names.TryGet(name.Key, out var entry) && entry.Creating is { } begun) return begun;
        var id = RepositoryId.New();
        await _names.SetAsync(name.Key, (entry ?? new RepositoryNameEntry { Name = name }) with { Creating = id });
        return id;
    }

    public Task CompleteCreateAsync(RepositoryName name, RepositoryId id) =>
        SetAsync(new RepositoryNameEntry { Name = name, Id = id, Revision = 1 });

    public async Task AbandonCreateAsync(RepositoryName name)
    {
        if (!_names.TryGet(name.Key, out var entry)) return;
        if (entry.Id is null) await _names.RemoveAsync(name.Key);
        else await _names.SetAsync(name.Key, entry with { Creating = null });
    }

    public Task RenameAsync(RepositoryId id, RepositoryName newName) =>
        SetAsync(new RepositoryNameEntry { Name = newName, Id = id, Revision = _live[id].Revision + 1, RenamedFrom = _live[id].Name });

    /// <summary>Renamings that nobody was told of yet, in the order in which each repository had them.</summary>
    public IReadOnlyList<RepositoryNameEntry> ListUntold() =>
        [.. _names.EnumerateFrom().Select(static pair => pair.Value).Where(static entry => entry is { Id: not null, RenamedFrom: not null }).OrderBy(static entry => entry.Revision)];

    public async Task SetToldAsync(RepositoryNameEntry entry)
    {
        var told = entry with { RenamedFrom = null };
        await _names.SetAsync(told.Name.Key, told);
        if (_live.GetValueOrDefault(told.Id!.Value) == entry) _live[told.Id.Value] = told;
    }

    public async Task DeleteAsync(RepositoryId id, DateTimeOffset deletedAt)
    {
        var present = _live[id];
        await _deleted.SetAsync(id.ToString(), new DeletedRepository(id, present.Name, present.Revision, deletedAt));
        _live.Remove(id);
    }

    /// <param name="deleted">What to bring back.</param>
    /// <param name="name">A name that is not taken.</param>
    public async Task RestoreAsync(DeletedRepository deleted, RepositoryName name)
    {
        var present = _names.TryGet(name.Key, out var entry) && entry.Id == deleted.Id && entry.Revision == deleted.Revision
            ? entry
            : new RepositoryNameEntry { Name = name, Id = deleted.Id, Revision = deleted.Revision + 1 };

        // Of no effect as long as the repository is in the other map.
        if (present != entry) await _names.SetAsync(name.Key, present);
        await _deleted.RemoveAsync(deleted.Id.ToString());
        _live[deleted.Id] = present;
    }

    /// <summary>Forgets a deleted repository for good.</summary>
    public async Task ForgetAsync(RepositoryId id)
    {
        foreach (var (key, entry) in _names.EnumerateFrom().Where(pair => pair.Value.Id == id).ToList())
        {
            if (entry.Creating is null) await _names.RemoveAsync(key);
            else await _names.SetAsync(key, new RepositoryNameEntry { Name = entry.Name, Creating = entry.Creating });
        }

        await _deleted.RemoveAsync(id.ToString());
    }

    public async Task ClearAsync()
    {
        await _names.ClearAsync();
        _live.Clear();
        await _deleted.ClearAsync();
    }

    private bool IsDeleted(RepositoryId id) => _deleted.TryGet(id.ToString(), out _);

    private async Task SetAsync(RepositoryNameEntry entry)
    {
        await _names.SetAsync(entry.Name.Key, entry);
        _live[entry.Id!.Value] = entry;
    }
}
