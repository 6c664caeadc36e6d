using System.Collections.Concurrent;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Tests;

/// <summary>Stands in for the repository grain: keeps its settings in the process, and fails when it is told to.</summary>
[GrainType("granary.repository")]
internal sealed class FakeRepositoryGrain : Grain, IRepositoryGrain
{
    private static readonly ConcurrentDictionary<Guid, RepositoryInfo> Infos = new();

    /// <summary>Names whose creation throws, once each, after the repository was made.</summary>
    public static ConcurrentDictionary<string, bool> FailingCreations { get; } = new();

    /// <summary>How many repositories of a name were made.</summary>
    public static int Made(string name) => Infos.Values.Count(info => info.Name.Value == name);

    private RepositoryId Id => new(this.GetPrimaryKey());

    public Task<Outcome<RepositoryInfo>> CreateAsync(ProjectKey project, NewRepository repository, CancellationToken cancellationToken)
    {
        var info = Infos.GetOrAdd(Id.Value, _ => new RepositoryInfo(
            Id, project, repository.Name, repository.Description, repository.DefaultBranch ?? "main", false, DateTimeOffset.UnixEpoch, null));
        if (FailingCreations.TryRemove(repository.Name.Value, out _)) throw new RepositoryUnavailableException(Id);
        return Task.FromResult<Outcome<RepositoryInfo>>(info);
    }

    public Task<RepositoryInfo?> GetInfoAsync(CancellationToken cancellationToken) => Task.FromResult(Infos.GetValueOrDefault(Id.Value));

    public Task<Outcome<RepositoryInfo>> UpdateAsync(RepositoryChanges changes, CancellationToken cancellationToken) =>
        Change(info => info with { Description = changes.Description ?? info.Description });

    public Task<Outcome<RepositoryInfo>> SetNameAsync(RepositoryName name, CancellationToken cancellationToken) =>
        Change(info => info with { Name = name });

    public Task<Outcome<RepositoryInfo>> SetDeletedAsync(DateTimeOffset? deletedAt, CancellationToken cancellationToken) =>
        Change(info => info with { DeletedAt = deletedAt });

    public ValueTask<RefSnapshot?> GetRefsIfNewerAsync(RefVersion known, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RefSnapshot> ReloadRefsAsync(RefVersion seen, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PushOutcome> ApplyPushAsync(PushRequest push, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PushOutcome?> GetPushOutcomeAsync(Guid pushId, CancellationToken cancellationToken) => throw new NotSupportedException();

    private Task<Outcome<RepositoryInfo>> Change(Func<RepositoryInfo, RepositoryInfo> change)
    {
        if (!Infos.TryGetValue(Id.Value, out var info))
            return Task.FromResult<Outcome<RepositoryInfo>>(new Refusal(RefusalKind.NotFound, "No such repository."));
        return Task.FromResult<Outcome<RepositoryInfo>>(Infos[Id.Value] = change(info));
    }
}
