using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

/// <summary>A process died within a transaction: the files are put back to what they were at that moment.</summary>
public sealed class CrashTests : IDisposable
{
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
    public void Apply_ThrowsBeforeTheIntent_ThePushCanBeTriedAgain()
    {
        _repository.Time.OnNow = static () => throw new IOException("The volume is gone.");
        var push = Push(Update("c", null, _commits[0]));
        Assert.Throws<IOException>(() => _repository.Apply(_before, push));
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
