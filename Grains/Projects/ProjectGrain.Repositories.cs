using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Projects;

/// <remarks>
/// A call to a repository's grain can be made again with the same effect. Where one follows or precedes a write of the names,
/// the order is the one in which a crash in between is healed by asking the same again.
/// </remarks>
internal sealed partial class ProjectGrain
{
    /// <summary>Deleted repositories forgotten at a time, so that no single request pays for many.</summary>
    private const int MaxForgotten = 4;

    /// <summary>Repositories asked at a time to fill a page.</summary>
    private const int MaxConcurrentReads = 32;

    public ValueTask<RepositoryAccess?> ResolveRepositoryAsync(Caller caller, RepositoryName name, CancellationToken cancellationToken)
    {
        var level = LevelOf(caller);
        if (caller.DeployKey is { } deployKey && Project.Exists) return ValueTask.FromResult(ResolveForDeployKey(deployKey, name));
        if (level == AccessLevel.None || _names.Find(name) is not { } present) return ValueTask.FromResult<RepositoryAccess?>(null);
        var mayManage = RoleOf(caller) == ProjectRole.Admin && caller.Scope >= AccessScope.Write;
        return ValueTask.FromResult<RepositoryAccess?>(
            new RepositoryAccess(present.Id!.Value, Project.Key!.Value, present.Name, level, Project.IsPublic, mayManage));
    }

    public async Task<Outcome<RepositoryInfo>> CreateRepositoryAsync(
        Caller caller, NewRepository repository, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Write) is { } refusal) return refusal;
        if (Fault(repository) is { } fault) return fault;
        if (_names.IsTaken(repository.Name)) return Taken(repository.Name);
        await ForgetExpiredAsync(cancellationToken);
        var id = await _names.BeginCreateAsync(repository.Name);
        var created = await GrainFactory.GetRepository(id).CreateAsync(Project.Key!.Value, repository, cancellationToken);
        if (!created.IsDone)
        {
            await _names.AbandonCreateAsync(repository.Name);
            return created;
        }

        await _names.CompleteCreateAsync(repository.Name, id);
        return Present(created.Value!, repository.Name);
    }

    public async Task<Outcome<RepositoryInfo>> RenameRepositoryAsync(
        Caller caller, RepositoryName name, RepositoryName newName, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Write) is { } refusal) return refusal;
        if (_names.Find(name) is not { Id: { } id } present) return NoRepository(name);
        if (_names.IsTaken(newName) && _names.Find(newName)!.Id != id) return Taken(newName);

        // Compared as typed: the letter case alone may change.
        if (present.Name.Value != newName.Value)
        {
            await _names.RenameAsync(id, newName);
            await TellRenamingsAsync(cancellationToken);
        }

        return Present(await GrainFactory.GetRepository(id).SetNameAsync(newName, cancellationToken), newName);
    }

    public async Task<Outcome<RepositoryInfo>> DeleteRepositoryAsync(Caller caller, RepositoryName name, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Write) is { } refusal) return refusal;

        // By its present name only: a redirect is too easily another one than was meant.
        if (_names.Find(name) is not { Id: { } id } present || present.Name != name) return NoRepository(name);
        await ForgetExpiredAsync(cancellationToken);
        await RemoveDeployKeysAsync(id, cancellationToken);
        var deletedAt = _clock.GetUtcNow();
        var deleted = await GrainFactory.GetRepository(id).SetDeletedAsync(deletedAt, cancellationToken);
        if (!deleted.IsDone) return deleted;
        await _names.DeleteAsync(id, deletedAt);
        return Present(deleted.Value!, present.Name);
    }

    public async Task<Outcome<RepositoryInfo>> RestoreRepositoryAsync(
        Caller caller, RepositoryId id, RepositoryName? newName, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Write) is { } refusal) return refusal;
        if (_names.FindDeleted(id) is not { } deleted || IsExpired(deleted))
            return new Refusal(RefusalKind.NotFound, "There is no deleted repository of that id, or it can no longer be restored.");
        var name = newName ?? deleted.Name;
        if (_names.IsTaken(name))
            return new Refusal(RefusalKind.AlreadyExists, $"Another repository is named '{name}' now; restore this one under another name.");
        var restored = await GrainFactory.GetRepository(id).SetDeletedAsync(null, cancellationToken);
        if (!restored.IsDone) return restored;
        await _names.RestoreAsync(deleted, name);
        return Present(await GrainFactory.GetRepository(id).SetNameAsync(name, cancellationToken), name);
    }

    public async Task<Outcome<Page<RepositoryInfo>>> ListRepositoriesAsync(
        Caller caller, PageRequest page, bool deleted, CancellationToken cancellationToken)
    {
        if (LevelOf(caller) < AccessLevel.Read) return NotFound();
        if (deleted)
        {
            if (Fault(caller, AccessScope.Read) is { } refusal) return refusal;
            var found = Paging.Take(_names.EnumerateDeleted(page.After, page.Prefix).Where(pair => !IsExpired(pair.Value)), page.Size);
            return await ReadAsync(
                found.Items.ConvertAll(pair => (pair.Value.Id, pair.Value.Name, (DateTimeOffset?)pair.Value.DeletedAt)),
                found.NextAfter,
                cancellationToken);
        }

        var prefix = page.Prefix is null ? null : NameRules.Fold(page.Prefix);
        var live = Paging.Take(_names.EnumerateLive(page.After, prefix), page.Size);
        return await ReadAsync(
            live.Items.ConvertAll(pair => (pair.Value.Id!.Value, pair.Value.Name, (DateTimeOffset?)null)), live.NextAfter, cancellationToken);
    }

    private static Refusal? Fault(NewRepository repository)
    {
        if (repository.Description.Length > RepositoryInfo.MaxDescriptionLength)
            return new Refusal(RefusalKind.InvalidArgument, $"A description may have at most {RepositoryInfo.MaxDescriptionLength} characters.");
        return repository.DefaultBranch is null || RefName.TryParse("refs/heads/" + repository.DefaultBranch, out _, out var fault)
            ? null
            : new Refusal(RefusalKind.InvalidArgument, $"'{repository.DefaultBranch}' cannot be a branch: {fault}.");
    }

    private static Refusal Taken(RepositoryName name) =>
        new(RefusalKind.AlreadyExists, $"There is a repository '{name}' in this project already.");

    private static Refusal NoRepository(RepositoryName name) => new(RefusalKind.NotFound, $"There is no repository '{name}' in this project.");

    private bool IsExpired(DeletedRepository deleted) => deleted.DeletedAt + _options.UndoPeriod <= _clock.GetUtcNow();

    /// <summary>The project owns names: what the repository's grain says of them may be behind.</summary>
    private RepositoryInfo Present(RepositoryInfo info, RepositoryName name) => info with { Project = Project.Key!.Value, Name = name };

    private Outcome<RepositoryInfo> Present(Outcome<RepositoryInfo> outcome, RepositoryName name) =>
        outcome.IsDone ? Present(outcome.Value!, name) : outcome;

    private async Task<Outcome<Page<RepositoryInfo>>> ReadAsync(
        List<(RepositoryId Id, RepositoryName Name, DateTimeOffset? DeletedAt)> repositories, string? nextAfter, CancellationToken cancellationToken)
    {
        var infos = new List<RepositoryInfo>(repositories.Count);
        foreach (var some in repositories.Chunk(MaxConcurrentReads))
        {
            var read = await Task.WhenAll(some.Select(repository => GrainFactory.GetRepository(repository.Id).GetInfoAsync(cancellationToken)));
            for (var i = 0; i < some.Length; i++)
            {
                if (read[i] is { } info) infos.Add(Present(info, some[i].Name) with { DeletedAt = some[i].DeletedAt });
            }
        }

        return new Page<RepositoryInfo>(infos, nextAfter);
    }

    /// <summary>Forgets what can no longer be restored, after telling the repository once more that it is deleted.</summary>
    private async Task ForgetExpiredAsync(CancellationToken cancellationToken)
    {
        var expired = _names.EnumerateDeleted().Select(pair => pair.Value).Where(IsExpired).Take(MaxForgotten).ToList();
        foreach (var deleted in expired)
        {
            await GrainFactory.GetRepository(deleted.Id).SetDeletedAsync(deleted.DeletedAt, cancellationToken);
            await _names.ForgetAsync(deleted.Id);
        }
    }
}
