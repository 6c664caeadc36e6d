using Granary.Grains.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

/// <summary>A process died within a transaction: the files are put back to what they were at that moment.</summary>
public sealed class CrashTests : IDisposable
{
    /// <summary>What git would name a pack.</summary>
    private static readonly string Content = "pack-" + new string('1', 40);

    private readonly TestRepository _repository = new();
    private readonly ObjectId[] _commits;
    private readonly RefSnapshot _before;

    public CrashTests()
    {
        _commits = _repository.Commits(3);
        _before = _repository.Apply(_repository.Load(), Update("a", null, _commits[0]), Update("b", null, _commits[0])).Refs;
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Recover_DiedBeforeTheRename_ThePushNeverHappened()
    {
        var packed = File.ReadAllBytes(_repository.Paths.PackedRefs);
        var (push, _) = PushAndTearOffTheClose();
        File.WriteAllBytes(_repository.Paths.PackedRefs, packed);
        File.WriteAllBytes(_repository.Paths.PackedRefsLock, packed);
        File.WriteAllBytes(Path.Combine(_repository.Paths.Own, "packed-refs.0123"), packed);
        var activation = _repository.NewActivation();
        var refs = activation.Recover()!;
        Assert.Equal(Lines(_before), Lines(refs));
        Assert.Equal([(1, true), (2, false)], JournalLines.Closes(_repository.Paths.Journal));
        Assert.Empty(Directory.EnumerateFiles(_repository.Paths.Own, "packed-refs.*"));
        Assert.Null(activation.FindOutcome(push.PushId));
        Assert.Equal([RefUpdateStatus.LockFailure], Statuses(activation.Apply(refs, push, [null, null, null]).Outcome).Distinct());
        var retry = activation.Apply(refs, push with { PushId = Guid.NewGuid() }, [null, null, null]);
        Assert.Equal((3L, RefUpdateStatus.Ok), (retry.Outcome.Sequence, Statuses(retry.Outcome).Distinct().Single()));
        _repository.AssertGitAgrees(retry.Refs);
    }

    [Fact]
    public void Recover_DiedAfterTheRename_ThePushHappened()
    {
        var (push, outcome) = PushAndTearOffTheClose();
        var activation = _repository.NewActivation();
        var refs = activation.Recover()!;
        Assert.Equal([(1, true), (2, true)], JournalLines.Closes(_repository.Paths.Journal));
        Assert.Equal(outcome.Results, activation.Apply(refs, push, [null, null, null]).Outcome.Results);
        Assert.Equal(2, activation.FindOutcome(push.PushId)!.Sequence);
        _repository.AssertGitAgrees(refs);
    }

    [Fact]
    public void FindOutcome_DiedAfterTheRenameOtherActivationLives_IsFoundThere()
    {
        var other = _repository.NewActivation();
        var stale = other.Recover()!;
        var (push, outcome) = PushAndTearOffTheClose();
        Assert.Equal(
            outcome.Results.Select(static r => r.Name.Value).Order(), other.FindOutcome(push.PushId)!.Results.Select(static r => r.Name.Value).Order());
        var next = other.Apply(stale, Push(Update("d", null, _commits[0])), [null]);
        Assert.Equal(3, next.Outcome.Sequence);
        _repository.AssertGitAgrees(next.Refs);
    }

    [Fact]
    public void Apply_OtherActivationDiedInBetween_ResolvesAndGoesOn()
    {
        var other = _repository.NewActivation();
        var refs = other.Recover()!;
        PushAndTearOffTheClose();
        var result = other.Apply(refs, Push(Update("d", null, _commits[0])), [null]);
        Assert.Equal(3, result.Outcome.Sequence);
        Assert.Equal([(1, true), (2, true), (3, true)], JournalLines.Closes(_repository.Paths.Journal));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_ForeignLockWhileAnotherActivationWroteMeanwhile_DoesNotHarmTheJournal()
    {
        var other = _repository.NewActivation();
        var refs = other.Recover()!;
        var result = _repository.Apply(_before, Update("c", null, _commits[0]));
        File.WriteAllText(_repository.Paths.PackedRefsLock, "");
        _repository.Git("update-ref", "refs/heads/loose", _commits[0].ToString());
        Assert.Equal([RefUpdateStatus.LockFailure], Statuses(other.Apply(refs, Push(Update("d", null, _commits[0])), [null]).Outcome));
        File.Delete(_repository.Paths.PackedRefsLock);
        result = _repository.Apply(result.Refs, Update("e", null, _commits[0]));
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        var intents = JournalLines.Intents(_repository.Paths.Journal).ToList();
        Assert.Equal(Enumerable.Range(1, intents.Count).Select(static i => (long)i), intents);
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_VolumeFailsBeforeTheIntent_NothingChangedAndThePushCanBeTriedAgain()
    {
        _repository.Time.OnNow = static () => throw new IOException("No space left on device", 28);
        var push = Push(Update("c", null, _commits[0]));
        var refused = _repository.Apply(_before, push).Outcome.Results.Single();
        Assert.Equal((RefUpdateStatus.NotAttempted, "no space left on the server's volume; nothing was changed"), (refused.Status, refused.Message));
        var result = _repository.Apply(_before, push);
        Assert.Equal((2L, RefUpdateStatus.Ok), (result.Outcome.Sequence, Statuses(result.Outcome).Single()));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_ThrowsAfterTheRename_TheOutcomeIsFound()
    {
        _repository.OnVersion = static () => throw new IOException("The volume is gone.");
        var push = Push(Update("c", null, _commits[0]));
        Assert.Throws<IOException>(() => _repository.Apply(_before, push));
        _repository.OnVersion = null;
        Assert.Equal([RefUpdateStatus.Ok], Statuses(_repository.Transaction.FindOutcome(push.PushId)!));
        Assert.Equal([RefUpdateStatus.Ok], Statuses(_repository.Apply(_before, push).Outcome));
        _repository.AssertGitAgrees(_repository.Load());
    }

    // A second fsync of a directory whose first one failed would succeed and mean nothing.
    [Fact]
    public void Recover_DiedAfterTheRename_WritesTheRefsAnew()
    {
        PushAndTearOffTheClose();
        var before = FileStamp.Of(_repository.Paths.PackedRefs);
        _repository.NewActivation().Recover();
        Assert.NotEqual(before.Inode, FileStamp.Of(_repository.Paths.PackedRefs).Inode);
        Assert.False(File.Exists(_repository.Paths.PackedRefsLock));
    }

    [Fact]
    public void TakeOver_FailedBeforeTheIndex_LeavesNoPackBehind()
    {
        var pushId = Guid.NewGuid();
        var quarantine = Directory.CreateDirectory(Path.Combine(_repository.Paths.Quarantine(pushId), "pack")).FullName;
        foreach (var extension in (string[])["pack", "idx"]) File.WriteAllText(Path.Combine(quarantine, $"{Content}.{extension}"), "x");
        var target = QuarantineFiles.Target(_repository.Paths, pushId, Path.Combine(quarantine, Content + ".idx"));
        var blocked = Directory.CreateDirectory(target + ".idx");
        Assert.Throws<IOException>(() => QuarantineFiles.TakeOver(_repository.Paths, pushId, NoWriteObserver.Instance));
        blocked.Delete();
        Assert.Empty(Directory.GetFiles(_repository.Paths.ObjectPacks));
    }

    [Fact]
    public void Sweep_SiloDiedWithinTheMove_GivesThePackBack()
    {
        var pushId = Guid.NewGuid();
        var quarantine = Directory.CreateDirectory(Path.Combine(_repository.Paths.Quarantine(pushId), "pack")).FullName;
        File.WriteAllText(Path.Combine(quarantine, Content + ".idx"), "x");
        File.WriteAllText(QuarantineFiles.Target(_repository.Paths, pushId, Path.Combine(quarantine, Content + ".idx")) + ".pack", "x");
        File.WriteAllText(Path.Combine(_repository.Paths.ObjectPacks, "pack-2.pack"), "another's, who is at work");
        _repository.NewActivation().Recover();
        Assert.Equal(["pack-2.pack"], Directory.GetFiles(_repository.Paths.ObjectPacks).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(_repository.Paths.Quarantines));
    }

    [Theory]
    [InlineData("HEAD.lock")]
    [InlineData("packed-refs.lock")]
    [InlineData("refs/heads/x.lock")]
    [InlineData("objects/info/commit-graph.lock")]
    [InlineData("objects/pack/multi-pack-index.lock")]
    [InlineData("objects/pack/tmp_pack_x")]
    [InlineData("objects/pack/.tmp-1-pack-2.idx")]
    [InlineData("objects/pack/pack-2.pack")]
    [InlineData("objects/ab/tmp_obj_x")]
    [InlineData("objects/tmp_objdir-incoming-x/")]
    public void Recover_LeftoverOfAKilledProgram_IsSweptWhenItIsOld(string name)
    {
        var path = Path.Combine(_repository.Paths.Root, name.TrimEnd('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (name[^1] == '/') Directory.CreateDirectory(Path.Combine(path, "pack"));
        else File.WriteAllText(path, "x");
        _repository.NewActivation().Recover();
        Assert.True(Path.Exists(path), "It may belong to somebody who is at work.");
        var age = name.StartsWith("objects/", StringComparison.Ordinal) ? Leftovers.ObjectAge : _repository.Options.ForeignLockAge;
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age + TimeSpan.FromMinutes(1));
        _repository.NewActivation().Recover();
        Assert.True(Path.Exists(path), "Not yet.");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age - TimeSpan.FromSeconds(1));
        _repository.NewActivation().Recover();
        Assert.False(Path.Exists(path));
    }

    [Fact]
    public void Recover_PackThatSomebodyKeeps_Stays()
    {
        foreach (var extension in (string[])["pack", "idx", "keep"])
        {
            var file = Path.Combine(_repository.Paths.ObjectPacks, "pack-3." + extension);
            File.WriteAllText(file, "x");
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-9));
        }

        Leftovers.Sweep(_repository.Paths, DateTime.UtcNow, TimeSpan.Zero);
        Assert.Equal(3, Directory.GetFiles(_repository.Paths.ObjectPacks, "pack-3.*").Length);
    }

    /// <summary>A push of a create, an update and a delete whose close the journal lost.</summary>
    private (PushRequest Push, PushOutcome Outcome) PushAndTearOffTheClose()
    {
        var push = Push(Update("c", null, _commits[1]), Update("a", _commits[0], _commits[1]), Update("b", _commits[0], null));
        var outcome = _repository.NewActivation().Apply(_before, push, [null, null, null]).Outcome;
        Assert.Equal([RefUpdateStatus.Ok], Statuses(outcome).Distinct());
        var segment = Directory.EnumerateFiles(_repository.Paths.Journal).Single();
        var text = File.ReadAllText(segment);
        File.WriteAllText(segment, text[..(text.TrimEnd('\n').LastIndexOf('\n') + 1)]);
        return (push, outcome);
    }
}
