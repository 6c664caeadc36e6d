using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.GitProtocol.Tests.ReceivePack;

/// <summary>A repository grain that accepts everything unless told otherwise, and remembers what it was asked.</summary>
internal sealed class FakeRepository : IRepositoryGrain
{
    public List<PushRequest> Pushes { get; } = [];

    public List<Guid> Asked { get; } = [];

    public Func<PushRequest, PushOutcome> Apply { get; set; } = Accept;

    /// <summary>Null: the push was not found.</summary>
    public Func<PushRequest, PushOutcome?> Outcome { get; set; } = static _ => null;

    public static PushOutcome Accept(PushRequest push) => new([.. push.Updates.Select(static u => new RefUpdateResult(u.Name, RefUpdateStatus.Ok))], 1);

    public Task<PushOutcome> ApplyPushAsync(PushRequest push, CancellationToken cancellationToken)
    {
        Assert.False(cancellationToken.CanBeCanceled);
        Pushes.Add(push);
        return Task.Run(() => Apply(push), CancellationToken.None);
    }

    public Task<PushOutcome?> GetPushOutcomeAsync(Guid pushId, CancellationToken cancellationToken)
    {
        Asked.Add(pushId);
        return Task.Run(() => Outcome(Pushes.Single(p => p.PushId == pushId)), CancellationToken.None);
    }

    public Task<Outcome<RepositoryInfo>> CreateAsync(ProjectKey project, NewRepository repository, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RepositoryInfo?> GetInfoAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<RepositoryInfo>> UpdateAsync(RepositoryChanges changes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<RepositoryInfo>> SetNameAsync(RepositoryName name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Outcome<RepositoryInfo>> SetDeletedAsync(DateTimeOffset? deletedAt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> PurgeAsync(DateTimeOffset limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<RefSnapshot?> GetRefsIfNewerAsync(RefVersion known, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RefSnapshot> ReloadRefsAsync(RefVersion seen, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RepositoryPolicy> GetPolicyAsync(CancellationToken cancellationToken) => Task.FromResult(
        new RepositoryPolicy([], [], new LimitOverrides(), new RepositoryLimits(long.MaxValue, long.MaxValue, int.MaxValue), 0));

    public Task<Outcome<RepositoryPolicy>> UpdatePolicyAsync(Caller caller, PolicyChanges changes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
