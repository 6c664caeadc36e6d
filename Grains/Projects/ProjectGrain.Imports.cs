using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Projects;

/// <remarks>
/// A repository that an import fills is one whose creation was begun and not completed, so that neither a crash nor an abort
/// leaves half of one that anybody could see.
/// </remarks>
internal sealed partial class ProjectGrain
{
    public async Task<Outcome<ImportPlace>> BeginImportAsync(Caller caller, NewRepository repository, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Write) is { } refusal) return refusal;
        if (Fault(repository) is { } fault) return fault;
        if (_names.IsTaken(repository.Name)) return new ImportPlace(_names.Find(repository.Name)!.Id!.Value, IsNew: false);

        // What an earlier import brought in is not known to be whole: its place is taken, and it finds that out at its end.
        if (_names.FindUnfinished(repository.Name) is { } unfinished) await AbandonImportAsync(repository.Name, unfinished, cancellationToken);
        var id = await _names.BeginCreateAsync(repository.Name);
        var created = await GrainFactory.GetRepository(id).CreateAsync(Project.Key!.Value, repository, cancellationToken);
        if (created.IsDone) return new ImportPlace(id, IsNew: true);
        await _names.AbandonCreateAsync(repository.Name);
        return created.Refusal!;
    }

    public async Task<Outcome<RepositoryInfo>> CompleteImportAsync(
        Caller caller, RepositoryName name, RepositoryId id, CancellationToken cancellationToken)
    {
        if (Fault(caller, AccessScope.Write) is { } refusal) return refusal;
        if (_names.FindUnfinished(name) == id)
        {
            if (_names.IsTaken(name)) return Taken(name);
            await _names.CompleteCreateAsync(name, id);
        }

        return _names.Find(id) is { } present && await GrainFactory.GetRepository(id).GetInfoAsync(cancellationToken) is { } info
            ? Present(info, present.Name)
            : new Refusal(RefusalKind.FailedPrecondition, $"Another import to '{name}' began meanwhile and took the place of this one.");
    }

    public async Task AbandonImportAsync(RepositoryName name, RepositoryId id, CancellationToken cancellationToken)
    {
        if (_names.Find(id) is not null || _names.FindDeleted(id) is not null) return;

        // The name may be another's by now: then only the repository goes.
        await GrainFactory.GetRepository(id).SetDeletedAsync(_clock.GetUtcNow(), cancellationToken);
        if (_names.FindUnfinished(name) == id) await _names.AbandonCreateAsync(name);
    }
}
