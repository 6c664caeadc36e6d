using Granary.Accounts;
using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Tests.Git;
using Granary.Projects;
using Granary.Repositories;
using Granary.Repositories.Policy;
using Microsoft.Extensions.DependencyInjection;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Repositories.Policy;

/// <summary>What changes between the look into the quarantine and the turn: the turn decides.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PolicyTurnTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ClusterFixture _cluster;
    private readonly TemporaryFolder _folder = new();
    private readonly string _source;
    private readonly ObjectId[] _commits;
    private readonly RepositoryClient _repository;

    public PolicyTurnTests(ClusterFixture cluster)
    {
        _cluster = cluster;
        _source = _folder.File("source.git");
        _commits = Packs.MakeSource(_source, 6);
        _repository = new RepositoryClient(cluster.Services(0), RepositoryId.New());
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Changes => ["noForce", "commits", "pushers", "archive", "fileSize", "repositorySize", "refs", "hide"];

    [Theory, MemberData(nameof(Changes))]
    public async Task Push_InspectedBeforeAChangeOfPolicy_IsDecidedByTheNewOne(string change)
    {
        await _repository.CreateAsync();
        await _repository.PushAsync(Packs.Make(_source, false, _commits[1].ToString()), Update("main", null, _commits[1]));
        var outcome = await PushAsync(_commits[1], _commits[5], async () =>
        {
            if (change == "archive")
            {
                await _repository.Grain.UpdateAsync(new RepositoryChanges(IsArchived: true), None);
                return;
            }

            await ChangeAsync(change switch
            {
                "noForce" => new PolicyChanges(new ProtectionRule(Branch, NoForce: true)),
                "commits" => new PolicyChanges(new ProtectionRule(Branch, Commits: new CommitRule(true, null, null))),
                "pushers" => new PolicyChanges(new ProtectionRule(Branch, Pushers: new Pushers(ProjectRole.None, []))),
                "fileSize" => new PolicyChanges(Limits: new LimitOverrides(MaxFileSize: 10)),
                "repositorySize" => new PolicyChanges(Limits: new LimitOverrides(MaxRepositorySize: 10)),
                "refs" => new PolicyChanges(Limits: new LimitOverrides(MaxRefsPerPush: 1)),
                _ => new PolicyChanges(HiddenRefs: ["refs/heads/other"]),
            });
        });
        var (main, other) = (outcome.Results[0], outcome.Results[1]);
        Assert.NotEqual(RefUpdateStatus.Ok, change == "hide" ? other.Status : main.Status);
        Assert.Contains(
            change switch
            {
                "noForce" or "commits" => "the rules of this ref changed while you pushed; please push again",
                "pushers" => "only nobody may push",
                "archive" => "archived and read-only",
                "fileSize" => "larger than the limit set meanwhile",
                "repositorySize" => "would be larger than its limit",
                "refs" => "changes 2 refs and may change at most 1",
                _ => "the ref is hidden",
            },
            (change == "hide" ? other : main).Message, StringComparison.Ordinal);

        // The other ref is judged by itself.
        if (change is "noForce" or "commits" or "pushers") Assert.Equal(RefUpdateStatus.Ok, other.Status);
    }

    [Fact]
    public async Task Push_InspectedUnderARuleThatIsGone_IsAccepted()
    {
        await _repository.CreateAsync();
        await _repository.PushAsync(Packs.Make(_source, false, _commits[4].ToString()), Update("main", null, _commits[4]));
        await ChangeAsync(new PolicyChanges(new ProtectionRule(Branch, NoForce: true)));
        var outcome = await PushAsync(_commits[4], _commits[2], () => ChangeAsync(new PolicyChanges(RemoveRule: Branch)));
        Assert.All(outcome.Results, static r => Assert.Equal(RefUpdateStatus.Ok, r.Status));
    }

    [Fact]
    public async Task FastForward_ClaimedWithAFalseOldValue_IsStopped()
    {
        await _repository.CreateAsync();
        await _repository.PushAsync(Packs.Make(_source, false, _commits[4].ToString()), Update("main", null, _commits[4]));
        await ChangeAsync(new PolicyChanges(new ProtectionRule(Branch, NoForce: true)));

        // From the commit below it would be one; the ref is not there, and the turn compares.
        var outcome = await PushAsync(_commits[1], _commits[2], () => Task.CompletedTask);
        Assert.Equal(RefUpdateStatus.LockFailure, outcome.Results[0].Status);
        Assert.Equal(_commits[4], await _repository.FindAsync("main"));
    }

    [Fact]
    public async Task Policy_SurvivesTheActivationAndIsSeenFromBothSilos()
    {
        await _repository.CreateAsync();
        await _repository.PushAsync(Packs.Make(_source, false, _commits[1].ToString()), Update("main", null, _commits[1]), Update("secret", null, _commits[0]));
        await ChangeAsync(new PolicyChanges(new ProtectionRule(Branch, true, true, new Pushers(ProjectRole.Admin, []), new CommitRule(true, "a", "b")), null, ["refs/heads/secret"], new LimitOverrides(1, 2, 3)));
        await _cluster.ForgetAsync(_repository.Grain);
        var two = new RepositoryClient(_cluster.Services(1), _repository.Id);
        var policy = await two.Grain.GetPolicyAsync(None);
        Assert.Equal(new RepositoryLimits(1, 2, 3), policy.Limits);
        Assert.Equal(["refs/heads/secret"], policy.HiddenRefs);
        Assert.Equal(new CommitRule(true, "a", "b"), policy.Rules.Single().Commits);
        Assert.True(policy.Size > 0);
        foreach (var client in (RepositoryClient[])[_repository, two])
        {
            var refs = await client.RefsAsync();
            Assert.Equal(2, refs.Count);
            Assert.Equal(1, refs.Visible.Count);
        }
    }

    [Fact]
    public async Task Import_OfMoreRefsThanAPushMayHave_IsAppliedOnceAndOnlyWhileEmpty()
    {
        await _repository.CreateAsync();
        await ChangeAsync(new PolicyChanges(Limits: new LimitOverrides(MaxRefsPerPush: 1)));
        var pushId = Guid.NewGuid();
        await using var quarantine = _cluster.Services(0).GetRequiredService<IPackReceiver>().Open(_repository.Id, pushId, new Granary.Git.Requester("test"));
        await quarantine.ReceiveAsync(Packs.Read(Packs.Make(_source, false, _commits[1].ToString())), null, None);
        var import = new PushRequest(
            pushId, Caller.System, [Update("main", null, _commits[1]), Update("other", null, _commits[0])], true, true, [], "import", IsImport: true);
        Assert.All((await _repository.Grain.ApplyPushAsync(import, None)).Results, static r => Assert.Equal(RefUpdateStatus.Ok, r.Status));
        var second = await _repository.Grain.ApplyPushAsync(
            import with { PushId = Guid.NewGuid(), HasQuarantine = false, Updates = [Update("third", null, _commits[0])] }, None);
        Assert.Contains("not empty", Assert.Single(second.Results).Message, StringComparison.Ordinal);
        Assert.Equal(2, (await _repository.RefsAsync()).Count);
    }

    private static RefPattern Branch { get; } = RefPattern.TryParse("main", out var pattern, out _) ? pattern : default;

    private async Task ChangeAsync(PolicyChanges changes) => Assert.Null((await _repository.Grain.UpdatePolicyAsync(Caller.System, changes, None)).Refusal);

    /// <summary>A push of main and of a new branch, as the frontend makes it, with something that happens before its turn.</summary>
    private async Task<PushOutcome> PushAsync(ObjectId old, ObjectId next, Func<Task> meanwhile)
    {
        var pushId = Guid.NewGuid();
        var policy = await _repository.Grain.GetPolicyAsync(None);
        await using var quarantine = _cluster.Services(0).GetRequiredService<IPackReceiver>().Open(_repository.Id, pushId, new Granary.Git.Requester("test"), policy);
        await quarantine.ReceiveAsync(Packs.Read(Packs.Make(_source, false, next.ToString())), null, None);
        var inspected = await quarantine.InspectAsync(
            await _repository.RefsAsync(), [Update("main", old, next), Update("other", null, _commits[0])], None);
        Assert.All(inspected, static i => Assert.Null(i.Refusal));
        await meanwhile();
        var caller = new Caller(UserName.Parse("someone"), Guid.NewGuid(), false, AccessScope.Admin);
        return await _repository.Grain.ApplyPushAsync(
            new PushRequest(pushId, caller, [.. inspected.Select(static i => i.Update)], false, quarantine.HasObjects, [], "test"), None);
    }
}
