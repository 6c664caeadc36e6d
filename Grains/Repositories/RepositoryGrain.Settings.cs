using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Git.Refs;
using Granary.Grains.Outbox;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories;

internal sealed partial class RepositoryGrain
{
    private const string DefaultBranch = "refs/heads/main";

    public async Task<Outcome<RepositoryInfo>> CreateAsync(
        ProjectKey project, NewRepository repository, CancellationToken cancellationToken)
    {
        if (Settings is not null) return await InfoAsync();
        var head = RefName.Parse(DefaultBranch);
        if (repository.DefaultBranch is { } branch && !RefName.TryParse("refs/heads/" + branch, out head, out var fault))
            return new Refusal(RefusalKind.InvalidArgument, $"The default branch's {fault}.");
        if (Refuse(repository.Description) is { } refusal) return refusal;
        await OnFilesAsync(() =>
        {
            RefStore.Create(_paths, head, _options);
            return true;
        });
        var settings = new RepositoryState
        {
            Project = project,
            Name = repository.Name,
            Description = repository.Description,
            CreatedAt = _time.GetUtcNow(),
            IsDefaultBranchChosen = repository.DefaultBranch is not null,
        };
        await StoreAsync(settings, cancellationToken);
        return await InfoAsync();
    }

    public async Task<RepositoryInfo?> GetInfoAsync(CancellationToken cancellationToken) => Settings is null ? null : await InfoAsync();

    public async Task<Outcome<RepositoryInfo>> UpdateAsync(RepositoryChanges changes, CancellationToken cancellationToken)
    {
        if (Settings is not { } settings) return NotFound;
        if (changes.Description is { } description && Refuse(description) is { } refusal) return refusal;
        if (changes.DefaultBranch is { } branch && await SetDefaultBranchAsync(branch) is { } refused) return refused;
        var next = settings with
        {
            Description = changes.Description ?? settings.Description,
            IsArchived = changes.IsArchived ?? settings.IsArchived,
            IsDefaultBranchChosen = changes.DefaultBranch is not null || settings.IsDefaultBranchChosen,
        };
        await StoreAsync(next, cancellationToken);
        return await InfoAsync();
    }

    public async Task<Outcome<RepositoryInfo>> SetNameAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        if (Settings is not { } settings) return NotFound;
        await StoreAsync(settings with { Name = name }, cancellationToken);
        return await InfoAsync();
    }

    public async Task<Outcome<RepositoryInfo>> SetDeletedAsync(DateTimeOffset? deletedAt, CancellationToken cancellationToken)
    {
        // The marker is there at least as long as the mark, so that the sweep finds what it may remove.
        if (deletedAt is not null) await OnFilesAsync(() => MarkDeleted(true));
        if (Settings is not { } settings) return NotFound;
        await StoreAsync(settings with { DeletedAt = deletedAt }, cancellationToken);
        if (deletedAt is null) await OnFilesAsync(() => MarkDeleted(false));
        return await InfoAsync();
    }

    public async Task<bool> PurgeAsync(DateTimeOffset limit, CancellationToken cancellationToken)
    {
        if (Settings is { DeletedAt: null })
        {
            await OnFilesAsync(() => MarkDeleted(false));
            return false;
        }

        if (Settings?.DeletedAt > limit) return false;
        if (!await OnFilesAsync(() => RepositoryRemoval.MoveAway(_layout, _id, _options.LockPatience))) return false;
        _refs = null;
        await GrainFactory.GetGrain<IOutboxGrain>(_id.Value).ForgetAsync();
        try
        {
            foreach (var records in _records) await records.RemoveAsync(_id, cancellationToken);
        }
        catch (Exception fault) when (fault is StorageUnavailableException or IOException)
        {
            // The marker stays, and the next sweep goes on here.
            LogRecordsStay(fault, _id);
            return false;
        }

        if (Settings is not null) await _state.ClearAsync(cancellationToken);

        // Last, so that a purge that was cut off is found again.
        await OnFilesAsync(() => MarkDeleted(false));
        DeactivateOnIdle();
        return true;
    }

    private bool MarkDeleted(bool deleted)
    {
        if (!deleted) RepositoryRemoval.Unmark(_layout, _id);
        else if (Directory.Exists(_paths.Root)) RepositoryRemoval.Mark(_layout, _id);
        return deleted;
    }

    private static Refusal NotFound { get; } = new(RefusalKind.NotFound, "There is no such repository.");

    private static Refusal? Refuse(string description) => description.Length <= RepositoryInfo.MaxDescriptionLength
        ? null
        : new Refusal(RefusalKind.InvalidArgument, $"A description may have at most {RepositoryInfo.MaxDescriptionLength} characters.");

    private async Task<Refusal?> SetDefaultBranchAsync(string shortName)
    {
        if (!RefName.TryParse("refs/heads/" + shortName, out var target, out var fault))
            return new Refusal(RefusalKind.InvalidArgument, $"The default branch's {fault}.");
        var refs = _refs ?? await LoadAsync();
        if (HiddenRefs.Contain(Settings!.HiddenRefs, target.Value))
            return new Refusal(RefusalKind.FailedPrecondition, $"The branch '{shortName}' is hidden; show it first.");
        if (refs.Count > 0 && !refs.TryFind(target.Value, out _))
            return new Refusal(RefusalKind.FailedPrecondition, $"There is no branch '{shortName}'; push it first.");
        var next = await OnFilesAsync(() => _transaction.SetHead(refs, target));
        if (next is null) return new Refusal(RefusalKind.Unavailable, "The repository is busy; please try again.");
        _refs = Hide(next);
        return null;
    }

    /// <summary>Writes with compare-and-set. After a refusal the activation ends: the next one reads what is stored.</summary>
    private async Task StoreAsync(RepositoryState settings, CancellationToken cancellationToken)
    {
        try
        {
            await _state.WriteAsync(new RepositoryRecord { Settings = settings }, cancellationToken);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task<RepositoryInfo> InfoAsync()
    {
        var refs = _refs ?? await LoadAsync();
        var settings = Settings!;
        var head = refs.HeadTarget ?? "";
        return new RepositoryInfo(
            _id, settings.Project, settings.Name, settings.Description,
            head.StartsWith("refs/heads/", StringComparison.Ordinal) ? head["refs/heads/".Length..] : head,
            settings.IsArchived, settings.CreatedAt, settings.DeletedAt);
    }
}
