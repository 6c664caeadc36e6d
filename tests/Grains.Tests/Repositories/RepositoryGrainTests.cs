using Granary.Accounts;
using Granary.Grains.Git;
using Granary.Grains.Tests.Git;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Repositories;

[Collection(ClusterCollection.Name)]
public sealed class RepositoryGrainTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ClusterFixture _cluster;
    private readonly TemporaryFolder _folder = new();
    private readonly string _source;
    private readonly ObjectId[] _commits;
    private readonly RepositoryClient _one;
    private readonly RepositoryClient _two;
    private readonly RepositoryPaths _paths;

    public RepositoryGrainTests(ClusterFixture cluster)
    {
        _cluster = cluster;
        _source = _folder.File("source.git");
        _commits = Packs.MakeSource(_source, 40);
        _one = new RepositoryClient(cluster.Services(0), RepositoryId.New());
        _two = new RepositoryClient(cluster.Services(1), _one.Id);
        _paths = new RepositoryLayout(cluster.Folder).Of(_one.Id);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Push_RealPacks_AreSeenFromBothSilosAndSurviveTheActivation()
    {
        var info = await _one.CreateAsync();
        Assert.Equal(("main", false), (info.DefaultBranch, info.IsArchived));
        Assert.Equal(0, (await _two.RefsAsync()).Count);
        var first = await _one.PushAsync(Packs.Make(_source, false, _commits[5].ToString()), Update("dev", null, _commits[5]));
        Assert.Equal((1, RefUpdateStatus.Ok), (first.Sequence, first.Results.Single().Status));
        Assert.Equal(_commits[5], await _two.FindAsync("dev"));
        var thin = Packs.Make(_source, true, _commits[39].ToString(), "^" + _commits[5]);
        Assert.Equal(2, (await _two.PushAsync(thin, Update("dev", _commits[5], _commits[39]))).Sequence);
        Assert.Equal(_commits[39], await _one.FindAsync("dev"));
        await _cluster.ForgetAsync(_one.Grain);
        Assert.Equal(_commits[39], await _one.FindAsync("dev"));
        Assert.Equal(_commits[39], await _two.FindAsync("dev"));
        Assert.Equal("dev", (await _two.Grain.GetInfoAsync(None))!.DefaultBranch);
        GitProgram.Run(_paths.Root, "fsck", "--full", "--strict");
        Assert.Equal(_commits[39].ToString(), GitProgram.Run(_paths.Root, "rev-parse", "HEAD"));
        Assert.Empty(Directory.GetFileSystemEntries(_paths.Quarantines));
    }

    [Fact]
    public async Task Any_RepositoryThatDoesNotExist_IsUnavailable()
    {
        Assert.Null(await _one.Grain.GetInfoAsync(None));
        await Assert.ThrowsAsync<RepositoryUnavailableException>(() => _one.MoveAsync(Update("a", null, _commits[0])));
        await Assert.ThrowsAsync<RepositoryUnavailableException>(() => _one.RefsAsync().AsTask());
        await Assert.ThrowsAsync<RepositoryUnavailableException>(() => _two.Grain.GetPushOutcomeAsync(Guid.NewGuid(), None));
        Assert.Equal(RefusalKind.NotFound, (await _one.Grain.UpdateAsync(new RepositoryChanges("x"), None)).Refusal!.Kind);
        await _one.CreateAsync();
        Assert.Equal(0, (await _two.RefsAsync()).Count);
    }

    [Fact]
    public async Task Push_ArchivedOrDeleted_IsRefusedWithTheReason()
    {
        await SeedAsync();
        Assert.True((await _one.Grain.UpdateAsync(new RepositoryChanges(IsArchived: true), None)).Value!.IsArchived);
        var refused = (await _two.MoveAsync(Update("x", null, _commits[0]))).Results.Single();
        Assert.Equal(RefUpdateStatus.RejectedOtherReason, refused.Status);
        Assert.Contains("archived", refused.Message, StringComparison.Ordinal);
        await _one.Grain.UpdateAsync(new RepositoryChanges(IsArchived: false), None);
        Assert.Equal(RefUpdateStatus.Ok, (await _two.MoveAsync(Update("x", null, _commits[0]))).Results.Single().Status);
        await _one.Grain.SetDeletedAsync(DateTimeOffset.UnixEpoch, None);
        refused = (await _one.MoveAsync(Update("x", _commits[0], null))).Results.Single();
        Assert.Contains("deleted", refused.Message, StringComparison.Ordinal);
        Assert.Equal(_commits[0], await _two.FindAsync("x"));
        await _one.Grain.SetDeletedAsync(null, None);
        Assert.Equal(RefUpdateStatus.Ok, (await _one.MoveAsync(Update("x", _commits[0], null))).Results.Single().Status);
    }

    [Fact]
    public async Task DefaultBranch_Changed_IsHeadForGitAndBothSilos()
    {
        await SeedAsync();
        var refused = await _one.Grain.UpdateAsync(new RepositoryChanges(DefaultBranch: "none"), None);
        Assert.Equal(RefusalKind.FailedPrecondition, refused.Refusal!.Kind);
        refused = await _one.Grain.UpdateAsync(new RepositoryChanges(DefaultBranch: "a..b"), None);
        Assert.Equal(RefusalKind.InvalidArgument, refused.Refusal!.Kind);
        await _one.MoveAsync(Update("trunk", null, _commits[1]));
        Assert.Equal("trunk", (await _one.Grain.UpdateAsync(new RepositoryChanges(DefaultBranch: "trunk"), None)).Value!.DefaultBranch);
        Assert.Equal("refs/heads/trunk", (await _two.RefsAsync()).HeadTarget);
        Assert.Equal("refs/heads/trunk", GitProgram.Run(_paths.Root, "symbolic-ref", "HEAD"));
    }

    [Theory]
    [InlineData(null, null, "refs/heads/dev")]
    [InlineData("trunk", null, "refs/heads/trunk")]
    [InlineData("main", null, "refs/heads/main")]
    [InlineData(null, "trunk", "refs/heads/trunk")]
    public async Task DefaultBranch_FirstPushToAnother_FollowsItUnlessItWasChosen(string? created, string? updated, string head)
    {
        await _one.CreateAsync(created);
        if (updated is not null) Assert.True((await _one.Grain.UpdateAsync(new RepositoryChanges(DefaultBranch: updated), None)).IsDone);
        await _cluster.ForgetAsync(_one.Grain);
        await _one.PushAsync(Packs.Make(_source, false, _commits[0].ToString()), Update("dev", null, _commits[0]));
        Assert.Equal(head, (await _two.RefsAsync()).HeadTarget);
    }

    [Fact]
    public async Task PushOutcome_AskedAfterwards_IsTheOneThatWasGiven()
    {
        await SeedAsync();
        var push = new PushRequest(Guid.NewGuid(), Caller.System, [Update("x", null, _commits[0])], false, false, [], "test");
        var outcome = await _one.Grain.ApplyPushAsync(push, None);
        var found = await _two.Grain.GetPushOutcomeAsync(push.PushId, None);
        Assert.Equal((outcome.Sequence, outcome.Results.Single()), (found!.Sequence, found.Results.Single()));
        var late = push with { PushId = Guid.NewGuid(), Updates = [Update("y", null, _commits[0])] };
        Assert.Null(await _two.Grain.GetPushOutcomeAsync(late.PushId, None));
        await _cluster.ForgetAsync(_one.Grain);
        Assert.Equal(RefUpdateStatus.LockFailure, (await _one.Grain.ApplyPushAsync(late, None)).Results.Single().Status);
        Assert.Null(await _one.FindAsync("y"));
    }

    [Fact]
    public async Task Push_VolumeFails_IsRefusedAndGoesOnWhenItIsBack()
    {
        await SeedAsync();
        File.Move(_paths.PackedRefs, _paths.PackedRefs + ".away");
        Directory.CreateDirectory(_paths.PackedRefs);
        var refused = (await _one.MoveAsync(Update("x", null, _commits[0]))).Results.Single();
        Assert.Equal((RefUpdateStatus.NotAttempted, "the server's volume fails to read or write; nothing was changed"), (refused.Status, refused.Message));
        Assert.NotNull((await Assert.ThrowsAsync<RepositoryUnavailableException>(() => _two.RefsAsync().AsTask())).Fault);
        Directory.Delete(_paths.PackedRefs);
        File.Move(_paths.PackedRefs + ".away", _paths.PackedRefs);
        Assert.Equal(RefUpdateStatus.Ok, (await _one.MoveAsync(Update("x", null, _commits[0]))).Results.Single().Status);
        Assert.Equal(_commits[0], await _two.FindAsync("x"));
    }

    [Fact]
    public async Task Refs_MovedByGitBehindTheServer_AreSeenByEveryReader()
    {
        await SeedAsync();
        GitProgram.Run(_paths.Root, "update-ref", "refs/heads/loose", _commits[1].ToString());
        GitProgram.Run(_paths.Root, "pack-refs", "--all");
        Assert.Equal(_commits[1], await _one.FindAsync("loose"));
        Assert.Equal(_commits[1], await _two.FindAsync("loose"));
        GitProgram.Run(_paths.Root, "update-ref", "-d", "refs/heads/loose");
        Assert.Null(await _two.FindAsync("loose"));
        Assert.Null(await _one.FindAsync("loose"));
    }

    [Fact]
    public async Task Push_ManyRefsAndOneRefAtOnceFromBothSilos_LosesNothing()
    {
        await SeedAsync();
        var race = new Race([_one, _two], _commits);
        await race.RunAsync(workers: 16, rounds: 6);
        await race.CheckAsync(_paths);
    }

    [Fact]
    public async Task Refs_ReadDuringPushes_AreOldOrNewAndNeverGoBack()
    {
        await SeedAsync();
        await _one.MoveAsync(Update("a", null, _commits[0]), Update("b", null, _commits[0]));
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < _commits.Length - 1; i++)
                await _one.MoveAsync(Update("a", _commits[i], _commits[i + 1]), Update("b", _commits[i], _commits[i + 1]));
        });
        await Task.WhenAll(new[] { _one, _two, _two }.Select(async reader =>
        {
            for (var last = 0; !writing.IsCompleted;)
            {
                var refs = await reader.RefsAsync();
                Assert.True(refs.TryFind("refs/heads/a", out var a) && refs.TryFind("refs/heads/b", out var b) && a == b);
                var now = Array.IndexOf(_commits, a);
                Assert.InRange(now, last, _commits.Length);
                last = now;
            }
        }));
        await writing;
        Assert.Equal(_commits[^1], await _two.FindAsync("a"));
    }

    private async Task SeedAsync()
    {
        await _one.CreateAsync();
        await _one.PushAsync(Packs.Make(_source, false, "main"), Update("main", null, _commits[^1]));
    }
}
