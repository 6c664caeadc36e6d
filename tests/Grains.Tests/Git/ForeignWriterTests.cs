using Granary.Grains.Posix;
using Granary.Grains.Git.Refs;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

/// <summary>Somebody runs git in the repository's folder: seen, respected, never overwritten.</summary>
public sealed class ForeignWriterTests : IDisposable
{
    private const string OwnLock = "# pack-refs with: peeled fully-peeled sorted granary \n";

    private readonly TestRepository _repository = new();
    private readonly ObjectId[] _commits;

    public ForeignWriterTests() => _commits = _repository.Commits(3);

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Apply_LooseRefMadeBehindOurBack_IsFoldedAndKept()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0])).Refs;
        _repository.Git("update-ref", "refs/heads/foreign", _commits[1].ToString());
        Assert.True(_repository.Load().TryFind("refs/heads/foreign", out _));
        var result = _repository.Apply(refs, Update("b", null, _commits[0]));
        Assert.True(result.Refs.TryFind("refs/heads/foreign", out var id) && id == _commits[1]);
        Assert.Empty(RefStore.LooseRefs(_repository.Paths));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Reload_LooseRefBehindAnUnchangedStamp_IsSeenAndFolded()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0])).Refs;
        Assert.False(RefStore.HasLooseRefs(_repository.Paths));
        Assert.Same(refs, _repository.Transaction.Reload(refs));
        _repository.Git("update-ref", "refs/heads/deep/er/foreign", _commits[1].ToString());
        Assert.Equal(RefStore.Stamp(_repository.Paths), refs.Stamp);
        Assert.True(RefStore.HasLooseRefs(_repository.Paths));
        var reloaded = _repository.Transaction.Reload(refs);
        Assert.True(reloaded.TryFind("refs/heads/deep/er/foreign", out var id) && id == _commits[1]);
        Assert.False(RefStore.HasLooseRefs(_repository.Paths));
        Assert.Same(reloaded, _repository.Transaction.Reload(reloaded));
        _repository.AssertGitAgrees(reloaded);
    }

    [Fact]
    public void HasLooseRefs_EmptyFoldersAndLocksOnly_IsFalse()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_repository.Paths.LooseRefs, "heads", "x", "y"));
        File.WriteAllText(Path.Combine(folder.FullName, "z.lock"), "");
        Assert.False(RefStore.HasLooseRefs(_repository.Paths));
        File.WriteAllText(Path.Combine(folder.FullName, "z"), _commits[0] + "\n");
        Assert.True(RefStore.HasLooseRefs(_repository.Paths));
    }

    [Fact]
    public void Apply_RefMovedBehindOurBack_FailsTheCompare()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0])).Refs;
        _repository.Git("update-ref", "refs/heads/a", _commits[1].ToString());
        var result = _repository.Apply(refs, Update("a", _commits[0], _commits[2]));
        Assert.Equal([RefUpdateStatus.LockFailure], Statuses(result.Outcome));
        Assert.True(result.Refs.TryFind("refs/heads/a", out var id) && id == _commits[1]);
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_RefDeletedBehindOurBack_DoesNotComeBack()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0]), Update("b", null, _commits[0])).Refs;
        _repository.Git("update-ref", "-d", "refs/heads/a");
        var result = _repository.Apply(refs, Update("b", _commits[0], _commits[1]));
        Assert.False(result.Refs.TryFind("refs/heads/a", out _));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_LooseRefLoadedAndThenDeleted_DoesNotComeBack()
    {
        _repository.Git("update-ref", "refs/heads/loose", _commits[0].ToString());
        var refs = _repository.Load();
        _repository.Git("update-ref", "-d", "refs/heads/loose");
        var result = _repository.Apply(refs, Update("b", null, _commits[1]));
        Assert.False(result.Refs.TryFind("refs/heads/loose", out _));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_GitPacksRefsAfterTheCompare_IsBusyAndLosesNothing()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0])).Refs;
        _repository.Time.OnNow = () =>
        {
            _repository.Git("update-ref", "refs/heads/foreign", _commits[1].ToString());
            _repository.Git("pack-refs", "--all", "--prune");
        };
        var update = Update("b", null, _commits[0]);
        var result = _repository.Apply(refs, update);
        Assert.Contains(" refs/heads/foreign", string.Join('\n', _repository.GitRefs()), StringComparison.Ordinal);
        Assert.Equal([RefUpdateStatus.LockFailure], Statuses(result.Outcome));
        Assert.False(File.Exists(_repository.Paths.PackedRefsLock));
        result = _repository.Apply(result.Refs, update);
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_GitPacksRefsRightAfterTheWrite_IsNotTakenForOurOwn()
    {
        var refs = _repository.Load();
        _repository.OnVersion = () =>
        {
            _repository.OnVersion = null;
            _repository.Git("update-ref", "refs/heads/foreign", _commits[1].ToString());
            _repository.Git("pack-refs", "--all", "--prune");
        };
        refs = _repository.Apply(refs, Update("a", null, _commits[0])).Refs;
        Assert.NotEqual(RefStore.Stamp(_repository.Paths), refs.Stamp);
        refs = _repository.Apply(refs, Update("b", null, _commits[0])).Refs;
        Assert.Equal(3, refs.Count);
        _repository.AssertGitAgrees(refs);
    }

    [Fact]
    public void Apply_ForeignLock_IsBusyUntilItIsGone()
    {
        var refs = _repository.Load();
        File.WriteAllText(_repository.Paths.PackedRefsLock, "");
        var push = Push(Update("a", null, _commits[0]));
        var result = _repository.Apply(refs, push);
        Assert.Equal([RefUpdateStatus.LockFailure], Statuses(result.Outcome));
        Assert.Contains("busy", result.Outcome.Results[0].Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_repository.Paths.PackedRefsLock));
        Assert.Empty(_repository.GitRefs());
        Assert.Empty(Directory.EnumerateFiles(_repository.Paths.Own, "packed-refs.*"));
        File.Delete(_repository.Paths.PackedRefsLock);
        Assert.Null(_repository.Transaction.FindOutcome(push.PushId));
        result = _repository.Apply(result.Refs, Update("a", null, _commits[0]));
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public async Task Apply_ForeignLockGoneInTime_IsWaitedFor()
    {
        _repository.Options.LockPatience = TimeSpan.FromSeconds(30);
        var refs = _repository.Load();
        File.WriteAllText(_repository.Paths.PackedRefsLock, "");
        var applying = Task.Run(() => _repository.Apply(refs, Update("a", null, _commits[0])));
        await Wait.UntilAsync(() => Directory.EnumerateFiles(_repository.Paths.Own, "packed-refs.*").Any() || applying.IsCompleted);
        File.Delete(_repository.Paths.PackedRefsLock);
        Assert.Equal([RefUpdateStatus.Ok], Statuses((await applying).Outcome));
    }

    [Theory]
    [InlineData("", 60, true)]
    [InlineData("", 0, false)]
    [InlineData(OwnLock, 0, true)]
    public void Apply_LockOfADeadProcess_IsSweptWhenItIsOursOrStale(string content, int minutes, bool swept)
    {
        foreach (var loose in new[] { false, true })
        {
            var refs = _repository.Load();
            if (loose) _repository.Git("update-ref", "refs/heads/loose", _commits[1].ToString());
            File.WriteAllText(_repository.Paths.PackedRefsLock, content);
            File.SetLastWriteTimeUtc(_repository.Paths.PackedRefsLock, DateTime.UtcNow.AddMinutes(-minutes));
            var result = _repository.Apply(refs, Update("a" + loose, null, _commits[0]));
            Assert.Equal([swept ? RefUpdateStatus.Ok : RefUpdateStatus.LockFailure], Statuses(result.Outcome));
            Assert.Equal(!swept, File.Exists(_repository.Paths.PackedRefsLock));
        }
    }

    [Fact]
    public void Apply_LooseRefThatGitCannotRemove_IsNotSaidToBeMoved()
    {
        _repository.Git("update-ref", "refs/heads/a", _commits[0].ToString());
        var looseLock = Path.Combine(_repository.Paths.LooseRefs, "heads", "a.lock");
        File.WriteAllText(looseLock, "");
        var result = _repository.Apply(_repository.Load(), Update("a", _commits[0], _commits[1]), Update("b", null, _commits[1]));
        Assert.Equal([RefUpdateStatus.LockFailure, RefUpdateStatus.Ok], Statuses(result.Outcome));
        File.SetLastWriteTimeUtc(looseLock, DateTime.UtcNow.AddHours(-1));
        result = _repository.Apply(result.Refs, Update("a", _commits[0], _commits[1]));
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        Assert.False(File.Exists(looseLock));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_BrokenOrSymbolicLooseRef_KeepsThePackedLineBehindIt()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0]), Update("b", null, _commits[0])).Refs;
        var broken = Path.Combine(_repository.Paths.LooseRefs, "heads", "a");
        Directory.CreateDirectory(Path.GetDirectoryName(broken)!);
        File.WriteAllText(broken, "");
        _repository.Git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/b");
        var result = _repository.Apply(refs, Update("b", _commits[0], _commits[1]), Update("a", _commits[0], _commits[1]));
        Assert.Equal([RefUpdateStatus.Ok, RefUpdateStatus.LockFailure], Statuses(result.Outcome));
        Assert.True(result.Refs.TryFind("refs/remotes/origin/HEAD", out var symbolic) && symbolic == _commits[1]);
        File.Delete(broken);
        Directory.Delete(Path.Combine(_repository.Paths.LooseRefs, "remotes"), recursive: true);
        result = _repository.Apply(result.Refs, Update("c", null, _commits[0]));
        Assert.True(result.Refs.TryFind("refs/heads/a", out var id) && id == _commits[0]);
        Assert.Equal(3, result.Refs.Count);
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Recover_LockHeldByAPausedWriter_StillReads()
    {
        var refs = _repository.Apply(_repository.Load(), Update("a", null, _commits[0])).Refs;
        using var held = FileLock.TryTake(_repository.Paths.Lock, TimeSpan.Zero);
        Assert.NotNull(held);
        var activation = _repository.NewActivation();
        var read = activation.Recover();
        Assert.NotNull(read);
        Assert.Equal(Lines(refs), Lines(read));
        var push = Push(Update("b", null, _commits[0]));
        Assert.Equal([RefUpdateStatus.LockFailure], Statuses(activation.Apply(read, push, [null]).Outcome));
    }
}
