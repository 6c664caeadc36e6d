using Granary.Repositories;

namespace Granary.Grains.Tests.Git.PackCaching;

/// <summary>What the cache's folder holds, and what happens when it cannot.</summary>
public sealed class AnswerStoreTests
{
    private const int Kilo = CacheScene.Kilo;

    [Fact]
    public async Task Files_BeyondTheirBound_TheLeastUsedGoesFirst()
    {
        using var scene = new CacheScene(static o => o.MaxSize = 2500 * Kilo);
        var answers = Enumerable.Range(0, 3).Select(i => CacheScene.Answer(1000 * Kilo, i)).ToList();
        await KeepAsync(scene, "a", answers[0]);
        await KeepAsync(scene, "b", answers[1]);
        Assert.Equal(answers[0], await scene.FetchAsync(CacheScene.Key("a"), []));
        await KeepAsync(scene, "c", answers[2]);
        Assert.Equal(2, scene.Files.Length);
        var gits = scene.Gits.Count;
        Assert.Equal(answers[0], await scene.FetchAsync(CacheScene.Key("a"), []));
        Assert.Equal(answers[2], await scene.FetchAsync(CacheScene.Key("c"), []));
        Assert.Equal(gits, scene.Gits.Count);
        await scene.FetchAsync(CacheScene.Key("b"), answers[1]);
        Assert.Equal(gits + 1, scene.Gits.Count);
    }

    [Fact]
    public async Task Answer_LargerThanHalfOfTheCache_ReachesAllReadersAndIsNotTriedAgain()
    {
        using var scene = new CacheScene(static o => o.MaxSize = 2000 * Kilo);
        var answer = CacheScene.Answer(5000 * Kilo);
        var clients = new[] { scene.Ask(CacheScene.Key("a")), scene.Ask(CacheScene.Key("a"), isSlow: true) };
        var saying = scene.Gits[0].SayAllAsync(answer);
        var read = await Task.WhenAll(clients.Select(static c => c.ReadAllAsync()));
        await saying;
        Assert.All(read, bytes => Assert.Equal(answer, bytes));
        Assert.Empty(scene.Files);
        for (var i = 2; i <= 3; i++)
        {
            Assert.Equal(answer, await PackCacheTests.FetchReadingAsync(scene, "a", answer));
            Assert.Equal(i, scene.Gits.Count);
        }
    }

    [Fact]
    public async Task Volume_WithoutFreeSpace_IsNotUsedAndNoFetchFails()
    {
        using var scene = new CacheScene(static o => o.MinFreeSpace = long.MaxValue / 2);
        await AssertUncachedAsync(scene);
    }

    [Fact]
    public async Task Volume_ThatCannotBeWritten_IsNotUsedAndNoFetchFails()
    {
        using var scene = new CacheScene(static o => o.Path = "/proc/self/packs");
        await AssertUncachedAsync(scene);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_RemovedOrCut_IsMadeAnew(bool isRemoved)
    {
        using var scene = new CacheScene();
        var answer = CacheScene.Answer(300 * Kilo);
        await KeepAsync(scene, "a", answer);
        var file = Assert.Single(scene.Files);
        if (isRemoved) File.Delete(file);
        else File.WriteAllBytes(file, answer[..1000]);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), answer));
        Assert.Equal(3, scene.Gits.Count);
        Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key("a"), []));
        Assert.Equal(3, scene.Gits.Count);
    }

    [Fact]
    public async Task File_EvictedWhileItIsRead_IsReadToItsEnd()
    {
        using var scene = new CacheScene(static o => o.MaxSize = 2500 * Kilo);
        var answer = CacheScene.Answer(1000 * Kilo);
        await KeepAsync(scene, "a", answer);
        var reader = scene.Ask(CacheScene.Key("a"), isSlow: true);
        scene.Store.Sweep(static _ => false);
        Assert.Empty(scene.Files);
        Assert.Equal(answer, await reader.ReadAllAsync());
    }

    [Fact]
    public async Task Sweep_OfRepositoriesThatAreGone_RemovesTheirFilesOnly()
    {
        using var scene = new CacheScene();
        var (there, gone) = (RepositoryId.New(), RepositoryId.New());
        foreach (var id in (RepositoryId[])[there, gone])
        {
            for (var i = 0; i < 2; i++) await scene.FetchAsync(CacheScene.Key("a", id), CacheScene.Answer(100));
        }

        scene.Store.Sweep(id => id == there);
        Assert.Single(scene.Files);
        await scene.FetchAsync(CacheScene.Key("a", there), []);
        Assert.Equal(4, scene.Gits.Count);
    }

    [Fact]
    public async Task Answer_ThatIsOld_IsMadeAnewAndSweptAway()
    {
        using var scene = new CacheScene(static o => o.MaxAge = TimeSpan.FromMinutes(5));
        await KeepAsync(scene, "a", CacheScene.Answer(100));
        await KeepAsync(scene, "b", CacheScene.Answer(100));
        scene.Time.Advance(TimeSpan.FromMinutes(6));
        await scene.FetchAsync(CacheScene.Key("a"), CacheScene.Answer(200));
        Assert.Equal(5, scene.Gits.Count);
        Assert.Equal(CacheScene.Answer(200), await scene.FetchAsync(CacheScene.Key("a"), []));
        scene.Store.Sweep(static _ => true);
        Assert.Single(scene.Files);
    }

    [Fact]
    public async Task Request_RepeatedAfterTooLong_IsNotKept()
    {
        using var scene = new CacheScene();
        await scene.FetchAsync(CacheScene.Key("a"), CacheScene.Answer(100));
        scene.Time.Advance(scene.Options.RepeatWithin + TimeSpan.FromSeconds(1));
        await scene.FetchAsync(CacheScene.Key("a"), CacheScene.Answer(100));
        Assert.Empty(scene.Files);
    }

    [Fact]
    public async Task Start_AfterAnotherProcess_RemovesItsFilesAndNoneOfItsOwn()
    {
        using var scene = new CacheScene();
        await KeepAsync(scene, "a", CacheScene.Answer(100));
        var own = Assert.Single(scene.Files);
        await File.WriteAllTextAsync(Path.Combine(scene.Options.Path, "0123abcd-1.answer"), "0000");
        scene.Store.RemoveLeftovers();
        Assert.Equal(own, Assert.Single(scene.Files));
    }

    private static async Task KeepAsync(CacheScene scene, string key, byte[] answer)
    {
        for (var i = 0; i < 2; i++) Assert.Equal(answer, await scene.FetchAsync(CacheScene.Key(key), answer));
        Assert.True(scene.Store.Has(CacheScene.Key(key)));
    }

    private static async Task AssertUncachedAsync(CacheScene scene)
    {
        var answer = CacheScene.Answer(3000 * Kilo);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(answer, await PackCacheTests.FetchReadingAsync(scene, "a", answer));
            Assert.Equal(i, scene.Gits.Count);
        }

        // Two at once: the file that should have been is none, and both get all.
        var clients = new[] { scene.Ask(CacheScene.Key("b")), scene.Ask(CacheScene.Key("b")) };
        var saying = scene.Gits[^1].SayAllAsync(answer);
        foreach (var read in await Task.WhenAll(clients.Select(static c => c.ReadAllAsync()))) Assert.Equal(answer, read);
        await saying;
        Assert.Empty(scene.Files);
    }
}
