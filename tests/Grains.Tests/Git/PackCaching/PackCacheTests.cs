using Granary.Git;
using Granary.Repositories;

namespace Granary.Grains.Tests.Git.PackCaching;

/// <summary>Who gets whose answer, and what of it stays.</summary>
public sealed class PackCacheTests
{
    private const int Kilo = CacheScene.Kilo;

    [Fact]
    public async Task Requests_OneAfterTheOther_TheSecondIsKeptAndTheThirdNeedsNoGit()
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(700 * Kilo);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), answer));
        Assert.Empty(scene.Files);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), answer));
        Assert.Single(scene.Files);
        Assert.Equal(2, scene.Gits.Count);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), []));
        Assert.Equal(2, scene.Gits.Count);
        await scene.FetchAsync(CacheScene.Key("b"), answer);
        Assert.Equal(3, scene.Gits.Count);
        await scene.FetchAsync(CacheScene.Key("a", RepositoryId.New()), answer);
        Assert.Equal(4, scene.Gits.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clone_IsKeptAtOnceUnlessConfiguredOtherwise(bool keepClones)
    {
        using var scene = new CacheScene(o => o.KeepClones = keepClones);
        var answer = CacheScene.Answer(700 * Kilo);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), answer, isClone: true));
            Assert.Equal(keepClones ? 1 : Math.Min(i, 2), scene.Gits.Count);
        }
    }

    [Fact]
    public async Task Requests_AtOnce_ShareOneGitWhateverItHasSaid()
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(3000 * Kilo);
        var first = scene.Ask(CacheScene.Key("a"), "anna");
        await scene.Gits[0].SayAsync(answer.AsMemory(0, 100 * Kilo));
        var others = Enumerable.Range(0, 5).Select(i => scene.Ask(CacheScene.Key("a"), $"user {i}")).ToList();
        await scene.Gits[0].SayAsync(answer.AsMemory(100 * Kilo, 1900 * Kilo));
        others.Add(scene.Ask(CacheScene.Key("a"), "late"));
        await scene.Gits[0].SayAllAsync(answer.AsMemory(2000 * Kilo));
        foreach (var client in others.Prepend(first)) Assert.Equal(answer, await client.ReadAllAsync());
        Assert.Single(scene.Gits);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), []));
        Assert.Single(scene.Gits);
    }

    [Fact]
    public async Task Request_NotShared_NeitherJoinsNorIsKept()
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(100 * Kilo);
        for (var i = 1; i <= 3; i++)
        {
            var clients = Enumerable.Range(0, 2).Select(_ => scene.Ask(CacheScene.Key("a"), isShared: false)).ToList();
            foreach (var git in scene.Gits.TakeLast(2)) await git.SayAllAsync(answer);
            foreach (var client in clients) Assert.Equal(answer, await client.ReadAllAsync());
            Assert.Equal(2 * i, scene.Gits.Count);
        }

        Assert.Empty(scene.Files);
    }

    [Fact]
    public async Task Cache_Off_EveryRequestHasAGit()
    {
        using var scene = new CacheScene(static o => o.MaxSize = 0);
        var answer = CacheScene.Answer(3000 * Kilo);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(answer, await FetchReadingAsync(scene, "a", answer));
            Assert.Equal(i, scene.Gits.Count);
        }
    }

    [Fact]
    public async Task SlowReader_BesideAFastOne_HoldsUpNeitherItNorGit()
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(4000 * Kilo);
        var slow = scene.Ask(CacheScene.Key("a"), isSlow: true);
        var fast = scene.Ask(CacheScene.Key("a"));
        await scene.Gits[0].SayAllAsync(answer).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(answer, await fast.ReadAllAsync());
        Assert.False(slow.Asking.IsCompleted);
        Assert.Equal(answer, await slow.ReadAllAsync());
        Assert.Single(scene.Gits);
    }

    [Fact]
    public async Task FirstRequest_OfASlowClient_MakesGitWaitAndLendsItsPlace()
    {
        using var scene = new CacheScene(static o => o.JoinWindow = 0, new() { MaxProcesses = 1 });
        var answer = CacheScene.Answer(4000 * Kilo);
        var slow = scene.Ask(CacheScene.Key("a"), "a", isSlow: true);
        var saying = scene.Gits[0].SayAllAsync(answer);
        var other = scene.Ask(CacheScene.Key("b"), "b");
        await Wait.UntilAsync(() =>
        {
            scene.Time.Advance(TimeSpan.FromMilliseconds(50));
            return scene.Gits.Count == 2;
        });
        Assert.False(saying.IsCompleted);
        await scene.Gits[1].SayAllAsync(CacheScene.Answer(10));
        await other.ReadAllAsync();
        Assert.Equal(answer, await slow.ReadAllAsync());
        await saying;
    }

    [Fact]
    public async Task Git_ThatFails_FailsForAllAndNothingIsKept()
    {
        using var scene = new CacheScene();
        await scene.FetchAsync(CacheScene.Key("a"), CacheScene.Answer(1000));
        var clients = Enumerable.Range(0, 3).Select(_ => scene.Ask(CacheScene.Key("a"))).ToList();
        await scene.Gits[1].SayAsync(CacheScene.Answer(600 * Kilo));
        scene.Gits[1].Fail(new GitProcessException("the disk is broken", 128) { HasAnswered = true });
        foreach (var client in clients)
        {
            await client.TakeAsync(600 * Kilo);
            Assert.Equal("the disk is broken", (await Assert.ThrowsAsync<GitProcessException>(() => client.Asking)).Message);
        }

        Assert.Empty(scene.Files);
        var next = CacheScene.Answer(2000);
        Assert.Equal(next, await scene.FetchAsync(CacheScene.Key("a"), next));
        Assert.Equal(3, scene.Gits.Count);
    }

    [Fact]
    public async Task Answer_WithoutItsEnd_IsNotKept()
    {
        using var scene = new CacheScene();
        for (var i = 0; i < 3; i++) await scene.FetchAsync(CacheScene.Key("a"), new byte[1000]);
        Assert.Equal(3, scene.Gits.Count);
        Assert.Empty(scene.Files);
    }

    [Fact]
    public async Task Readers_WhoLeave_LetGitGoOnForTheOthersAndTheLastEndsIt()
    {
        using var scene = new CacheScene();
        var first = scene.Ask(CacheScene.Key("a"));
        var second = scene.Ask(CacheScene.Key("a"));
        await scene.Gits[0].SayAsync(CacheScene.Answer(500 * Kilo));
        first.Leave();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Asking);
        Assert.False(scene.Gits[0].IsStopped);
        second.Leave();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Asking);
        Assert.True(scene.Gits[0].IsStopped);
        Assert.Empty(scene.Files);

        var next = CacheScene.Answer(1000);
        Assert.Equal(next, await scene.FetchAsync(CacheScene.Key("a"), next));
        Assert.Equal(2, scene.Gits.Count);
    }

    [Fact]
    public async Task Reader_WhoLeavesWithTheLastFlush_LetsGitEndAndItsAnswerBeKept()
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(700 * Kilo);
        var client = scene.Ask(CacheScene.Key("a"), isClone: true);
        await scene.Gits[0].SayAsync(answer);
        await client.TakeAsync(answer.Length);
        client.Leave();
        Assert.False(scene.Gits[0].IsStopped);
        scene.Gits[0].End();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.Asking.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), []));
        Assert.Single(scene.Gits);
    }

    [Fact]
    public async Task Request_WhileGitEnds_JoinsWhatTheLastReaderHasLeft()
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(700 * Kilo);
        var first = scene.Ask(CacheScene.Key("a"), isClone: true);
        await scene.Gits[0].SayAsync(answer);
        await first.TakeAsync(answer.Length);
        first.Leave();
        var second = scene.Ask(CacheScene.Key("a"), isClone: true);
        await second.TakeAsync(answer.Length);
        second.Leave();
        var third = scene.Ask(CacheScene.Key("a"), isClone: true);
        scene.Gits[0].End();
        Assert.Equal(answer, await third.ReadAllAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Asking.WaitAsync(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Asking.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), []));
        Assert.Single(scene.Gits);
    }

    [Fact]
    public async Task Hit_WhileAllPlacesAreTaken_IsAnswered()
    {
        using var scene = new CacheScene(null, new() { MaxProcesses = 1 });
        var answer = CacheScene.Answer(1000);
        for (var i = 0; i < 2; i++) await scene.FetchAsync(CacheScene.Key("a"), answer);
        using var place = await scene.Limiter.EnterAsync(CacheScene.Repository, new Requester("x"), GitWork.Fetch, CancellationToken.None);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), []));
    }

    [Fact]
    public async Task Request_WaitingForAPlace_IsAnsweredWhenAnotherUserWithTheSameGetsOne()
    {
        using var scene = new CacheScene(null, new() { MaxProcesses = 2, MaxProcessesPerUser = 1 });
        var greedy = await scene.Limiter.EnterAsync(CacheScene.Repository, new Requester("greedy"), GitWork.Fetch, CancellationToken.None);
        var waiting = scene.Ask(CacheScene.Key("a"), "greedy");
        await Wait.UntilAsync(() => scene.Limiter.Waiting == 1);
        var other = scene.Ask(CacheScene.Key("a"), "modest");
        await Wait.UntilAsync(() => scene.Limiter.Waiting == 0);
        var answer = CacheScene.Answer(1000);
        var git = Assert.Single(scene.Gits);
        await git.SayAsync(answer);
        await waiting.TakeAsync(1);
        git.End();
        Assert.Equal(answer, await other.ReadAllAsync());
        Assert.Equal(answer, await waiting.ReadAllAsync());
        Assert.Single(scene.Gits);
        greedy.Dispose();
        using var place = await scene.Limiter.EnterAsync(CacheScene.Repository, new Requester("greedy"), GitWork.Fetch, CancellationToken.None);
    }

    /// <summary>Reads while git speaks: without a file it waits for its client.</summary>
    internal static async Task<byte[]> FetchReadingAsync(CacheScene scene, string key, byte[] answer)
    {
        var client = scene.Ask(CacheScene.Key(key));
        var saying = scene.Gits[^1].SayAllAsync(answer);
        var read = await client.ReadAllAsync();
        await saying;
        return read;
    }
}
