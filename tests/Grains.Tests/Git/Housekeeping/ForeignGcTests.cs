using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Git.Packs;

namespace Granary.Grains.Tests.Git.Housekeeping;

/// <summary>Somebody runs git's own housekeeping in the folder: at each point where it and ours can cross, nothing is lost.</summary>
public sealed class ForeignGcTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly KeptRepository _kept = new();

    private RepositoryPaths Paths => _kept.Repository.Paths;

    public void Dispose() => _kept.Dispose();

    [Theory]
    [InlineData("gc", "-q")]
    [InlineData("repack", "-q", "-A", "-d")]
    [InlineData("repack", "-q", "-a", "-d")]
    public async Task Run_ForeignGcAfterwards_LeavesOurPackAndItsIndexAndPacksTheRest(params string[] gc)
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        await RunAsync();
        var ours = _kept.IndexedPacks;
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        _kept.Repository.Git(gc);
        Assert.Equal(ours, MultiPackIndex.ReadPacks(Paths));
        Assert.Superset(ours.ToHashSet(), _kept.IndexedPacks.ToHashSet());
        Assert.Equal(2, _kept.IndexedPacks.Length);
        await CheckAsync(180);
    }

    // git repack lists the packs that it will remove when it begins. What our index names by then is not among them.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_WhileAForeignRepackIsUnderWay_TheIndexNamesNoPackThatItTakesAway(int packs)
    {
        for (var i = 0; i < packs; i++) _kept.AddPack(10);
        var listed = _kept.Packs;
        using var folder = new TemporaryFolder();
        var made = "pack-" + GitProgram.Run(Paths.Root, "pack-objects", "-q", "--all", "--no-reuse-delta", Path.Combine(folder.Path, "pack"));
        await RunAsync();
        foreach (var ending in (string[])[".pack", ".idx"]) File.Move(Path.Combine(folder.Path, made + ending), Path.Combine(Paths.ObjectPacks, made + ending), overwrite: true);
        TakeAway(listed.Where(p => p != made));
        await CheckAsync(packs * 30);
    }

    // The same with what a repack leaves: git names a pack by its content, so the next one may make the very same again.
    [Fact]
    public async Task Run_NewPackHasTheContentOfOneThatIsTakenAway_IsNotTakenAwayWithIt()
    {
        _kept.AddPack(10);
        _kept.AddPack(10);
        _kept.Repository.Git("-c", "pack.threads=1", "repack", "-q", "-a", "-d");
        var listed = _kept.Packs;
        MakeLoose("main");
        await RunAsync();
        TakeAway(listed);
        await CheckAsync(60);
    }

    [Fact]
    public async Task Run_FoldersChangeWhileItReads_TakesWhatIsThere()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        var looks = 0;
        var packs = RepackingFolder.Make(Paths, () =>
        {
            var seen = PackFolder.List(Paths);
            if (looks++ == 0) _kept.Repository.Git("repack", "-q", "-a", "-d");
            return seen;
        });
        Assert.Equal(2, looks);
        Assert.Equal(_kept.Packs, packs.Select(static p => p.Name));
        Assert.Equal("90", GitProgram.Run(Paths.Repacking, "rev-list", "--objects", "--all", "--count"));
        RepackingFolder.Remove(Paths);
        await CheckAsync(90);
    }

    // git repack -A unpacks what no ref reaches, and then removes the pack.
    [Fact]
    public async Task RemovePacked_ObjectInAPackThatMayBeTakenAway_StaysLoose()
    {
        _kept.AddPack(5);
        await RunAsync();
        var (ours, known) = (_kept.IndexedPacks.Single(), _kept.Repository.Git("rev-parse", "main"));
        _kept.AddPack(5);
        var tip = _kept.Repository.Git("rev-parse", "main");
        MakeLoose(known);
        MakeLoose(tip);
        var loose = PackFolder.LooseObjects(Paths).ToList();
        Assert.Equal(2, loose.Count);
        Assert.True(LooseObjects.RemovePacked(Paths, [PackFolder.IndexOf(Paths, ours)]));
        Assert.Equal(tip[2..], Path.GetFileName(PackFolder.LooseObjects(Paths).Single()));
        await RunAsync();
        Assert.Empty(PackFolder.LooseObjects(Paths));
        await CheckAsync(30);
    }

    // What git does where its index and somebody's repack have crossed: the index names a pack that is gone and the one
    // that has its objects, and git looks for them in the first alone.
    [Fact]
    public async Task Run_IndexOverAPackThatIsGone_IsMended()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        _kept.Repository.Git("repack", "-q", "-a");
        _kept.Repository.Git("multi-pack-index", "write");
        var index = await File.ReadAllBytesAsync(MultiPackIndex.Of(Paths));
        _kept.Repository.Git("repack", "-q", "-a", "-d");
        await File.WriteAllBytesAsync(MultiPackIndex.Of(Paths), index);
        Assert.NotEqual(0, GitProgram.TryRun(Paths.Root, "", "rev-list", "--objects", "main").ExitCode);
        await RunAsync();
        await CheckAsync(90);
    }

    // A run was cut off before it wrote the index anew.
    [Fact]
    public async Task Run_IndexNamesAPackWhoseTimeHasCome_TheIndexGoesFirst()
    {
        for (var i = 0; i < 3; i++) _kept.AddPack(10);
        await RunAsync();
        var (old, index) = (_kept.IndexedPacks.Single(), await File.ReadAllBytesAsync(MultiPackIndex.Of(Paths)));
        _kept.AddPack(10);
        await RunAsync();
        await File.WriteAllBytesAsync(MultiPackIndex.Of(Paths), index);
        _kept.Time.Advance(TimeSpan.FromDays(1));
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Expiry);
        Assert.False(File.Exists(MultiPackIndex.Of(Paths)));
        Assert.Contains(old, _kept.Packs);
        _kept.Time.Advance(TimeSpan.FromDays(1));
        await RunAsync();
        Assert.Equal(_kept.IndexedPacks, _kept.Packs);
        await CheckAsync(120);
    }

    // A pack of a push holds bases of its deltas that other packs have too. An index that names both places such an object in one of
    // them: who has read it looks for the object there, and then only in packs that it does not name.
    [Fact]
    public async Task Keep_ObjectInAReplacedPackAndInOneThatStays_IsFoundByAReaderOfTheOldIndex()
    {
        _kept.AddPack(300);
        await RunAsync();
        _kept.Options.WholeSize = 0;
        _kept.AddPack(60);
        var older = _kept.Packs;
        var shared = _kept.Repository.Git("rev-list", "--objects", "--no-object-names", "main~10..main");
        GitProgram.Feed(Paths.Root, shared + "\n", "pack-objects", "-q", "objects/pack/pack");
        foreach (var pack in older) File.SetLastWriteTimeUtc(Path.Combine(Paths.ObjectPacks, pack + ".pack"), DateTime.UtcNow.AddMinutes(-1));
        await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Everything);
        Assert.Equal(3, MultiPackIndex.ReadPacks(Paths).Count);
        var reader = _kept.Repository.Command.Start(Paths, ["cat-file", "--batch-check"]);
        await using (reader)
        {
            Assert.Contains("commit", await HousekeeperTests.AskAsync(reader, _kept.Repository.Git("rev-parse", "main~100")), StringComparison.Ordinal);
            _kept.AddPack(10);
            await _kept.Housekeeper.KeepAsync(_kept.Id, MaintenanceScope.Everything);
            Assert.Equal(3, MultiPackIndex.ReadPacks(Paths).Count);
            foreach (var id in shared.Split('\n')) Assert.DoesNotContain("missing", await HousekeeperTests.AskAsync(reader, id), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sweep_MarksWhosePackIsGone_AreRemovedIfTheyAreOurs()
    {
        _kept.AddPack(5);
        string Of(string name) => Path.Combine(Paths.ObjectPacks, name);
        KeepFile.Place(Paths, Of("pack-1"), KeptBy.Housekeeping);
        KeepFile.Place(Paths, Of("pack-2"), KeptBy.Push);
        KeepFile.Place(Paths, Of(_kept.Packs.Single()), KeptBy.Housekeeping);
        File.WriteAllText(Of("pack-3.keep"), "");
        KeepFile.SweepHousekeeping(Paths);
        KeptBy[] expected = [KeptBy.Nobody, KeptBy.Push, KeptBy.Another, KeptBy.Housekeeping];
        Assert.Equal(expected, ((string[])["pack-1", "pack-2", "pack-3", _kept.Packs.Single()]).Select(p => KeepFile.Of(Of(p))));
    }

    private void MakeLoose(string commit)
    {
        var text = GitProgram.TryRun(Paths.Root, "", "cat-file", "commit", commit).Output;
        using var folder = new TemporaryFolder();
        GitProgram.Run(folder.Path, "init", "-q", "--bare", ".");
        var id = GitProgram.Feed(folder.Path, System.Text.Encoding.UTF8.GetString(text), "hash-object", "-w", "-t", "commit", "--stdin");
        Directory.CreateDirectory(Path.Combine(Paths.Objects, id[..2]));
        File.Copy(Path.Combine(folder.Path, "objects", id[..2], id[2..]), Path.Combine(Paths.Objects, id[..2], id[2..]));
    }

    /// <summary>As git repack does at its end: those packs that are not kept.</summary>
    private void TakeAway(IEnumerable<string> listed)
    {
        foreach (var pack in listed)
        {
            foreach (var ending in PackFolder.Endings) File.Delete(Path.Combine(Paths.ObjectPacks, pack + ending));
        }
    }

    /// <summary>All is there for somebody who comes now, and after our next run and the end of what it replaces.</summary>
    private async Task CheckAsync(int objects)
    {
        for (var i = 0; i < 3; i++)
        {
            _kept.Fsck();
            Assert.Equal(objects, _kept.Clone());
            await RunAsync();
            _kept.Time.Advance(TimeSpan.FromDays(1));
        }
    }

    private async Task RunAsync()
    {
        var outcome = await _kept.Housekeeper.RunAsync(_kept.Id, None);
        Assert.Null(outcome.Refusal);
        Assert.Empty(_kept.Rests);
    }
}
