using System.Diagnostics;
using Granary.Grains.Git.Refs;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

public sealed class RefTransactionTests : IDisposable
{
    private const RefUpdateStatus Ok = RefUpdateStatus.Ok;
    private const RefUpdateStatus Stale = RefUpdateStatus.LockFailure;
    private const RefUpdateStatus Refused = RefUpdateStatus.RejectedOtherReason;
    private const RefUpdateStatus Skipped = RefUpdateStatus.NotAttempted;

    private readonly TestRepository _repository = new();
    private readonly ObjectId[] _commits;

    public RefTransactionTests() => _commits = _repository.Commits(3);

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Apply_CreateUpdateDelete_MovesRefsAsGitSeesThem()
    {
        var tag = _repository.Tag("v1", _commits[0]);
        var refs = Apply(_repository.Load(), [Ok, Ok, Ok], Update("b", null, _commits[0]), Update("a", null, _commits[1]),
            Update("refs/tags/v1", null, tag, _commits[0]));
        refs = Apply(refs, [Ok, Ok, Ok], Update("b", _commits[0], _commits[2]), Update("refs/tags/v1", tag, _commits[2]), Update("a", _commits[1], null));
        Assert.Equal(2, refs.Count);
        Apply(refs, [Ok, Ok], Update("b", _commits[2], null), Update("refs/tags/v1", _commits[2], null));
        Assert.Empty(_repository.GitRefs());
    }

    [Fact]
    public void Apply_OldValueIsNotTheExpected_IsRefusedAlone()
    {
        var refs = Apply(_repository.Load(), [Ok, Ok], Update("a", null, _commits[0]), Update("b", null, _commits[0]));
        refs = Apply(refs, [Stale, Stale, Stale, Stale, Refused, Ok],
            Update("a", _commits[1], _commits[2]), Update("b", null, _commits[1]), Update("c", _commits[0], _commits[1]),
            Update("d", _commits[0], null), Update("e", null, null), Update("f", null, _commits[0]));
        Assert.Equal(3, refs.Count);
    }

    [Fact]
    public void Apply_NothingMoves_WritesNothing()
    {
        var refs = Apply(_repository.Load(), [Ok], Update("a", null, _commits[0]));
        var result = _repository.Apply(refs, Update("a", _commits[0], _commits[0]));
        Assert.Equal((Ok, 0), (result.Outcome.Results[0].Status, result.Outcome.Sequence));
        Assert.Same(refs, result.Refs);
        Assert.Equal(refs.Stamp, RefStore.Stamp(_repository.Paths));
    }

    [Fact]
    public void Apply_Atomic_IsAllOrNothing()
    {
        var refs = Apply(_repository.Load(), [Ok], Update("a", null, _commits[0]));
        var push = Push(Update("x", null, _commits[0]), Update("a", _commits[1], _commits[2]), Update("y", null, _commits[0])) with { Atomic = true };
        var result = _repository.Apply(refs, push);
        Assert.Equal([Skipped, Stale, Skipped], Statuses(result.Outcome));
        Assert.Equal(0, result.Outcome.Sequence);
        Assert.Single(_repository.GitRefs());
        push = Push(Update("x", null, _commits[0]), Update("a", _commits[0], _commits[2]), Update("y", null, _commits[0])) with { Atomic = true };
        Assert.Equal([Ok, Ok, Ok], Statuses(_repository.Apply(result.Refs, push).Outcome));
        Assert.Equal(3, _repository.GitRefs().Length);
    }

    [Fact]
    public void Apply_RefusedByPolicy_KeepsTheReasonAndTheOthersMove()
    {
        var push = Push(Update("x", null, _commits[0]), Update("y", null, _commits[0]));
        var reason = new RefUpdateResult(push.Updates[0].Name, RefUpdateStatus.RejectedNonFastForward, "no");
        var result = _repository.Transaction.Apply(_repository.Load(), push, [reason, null]);
        Assert.Equal([reason, new RefUpdateResult(push.Updates[1].Name, Ok)], result.Outcome.Results);
        Assert.Equal(result.Outcome.Results.OrderBy(static r => r.Name.Value), _repository.Transaction.FindOutcome(push.PushId)!.Results
            .OrderBy(static r => r.Name.Value));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_NameThatIsAlsoAFolder_IsRefused()
    {
        var refs = Apply(_repository.Load(), [Ok, Ok, Ok], Update("a", null, _commits[0]), Update("b/c", null, _commits[0]), Update("b-c", null, _commits[0]));
        refs = Apply(refs, [Refused, Refused, Ok, Refused, Ok],
            Update("a/b", null, _commits[0]), Update("b", null, _commits[0]), Update("new", null, _commits[0]), Update("new/sub", null, _commits[0]),
            Update("b/d", null, _commits[0]));
        refs = Apply(refs, [Ok, Ok], Update("a/b/c", null, _commits[0]), Update("a", _commits[0], null));
        Apply(refs, [Ok, Ok], Update("a", null, _commits[0]), Update("a/b/c", _commits[0], null));
    }

    [Fact]
    public void Apply_FolderWhoseRefIsNotDeletedAfterAll_IsRefused()
    {
        var refs = Apply(_repository.Load(), [Ok], Update("a", null, _commits[0]));
        refs = Apply(refs, [Stale, Refused], Update("a", _commits[1], null), Update("a/b", null, _commits[0]));
        var push = Push(Update("a", _commits[0], null), Update("a/b", null, _commits[0]));
        var result = _repository.Transaction.Apply(refs, push, [new RefUpdateResult(push.Updates[0].Name, RefUpdateStatus.RejectedNoDelete), null]);
        Assert.Equal([RefUpdateStatus.RejectedNoDelete, Refused], Statuses(result.Outcome));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Apply_SameNameTwice_IsRefused()
    {
        var refs = Apply(_repository.Load(), [Refused, Refused, Ok], Update("a", null, _commits[0]), Update("a", null, _commits[1]), Update("b", null, _commits[0]));
        Assert.Equal(1, refs.Count);
    }

    [Fact]
    public void Apply_FirstBranch_DecidesHead()
    {
        var refs = Apply(_repository.Load(), [Ok], Update("refs/tags/t", null, _commits[0]));
        Assert.Equal("refs/heads/main", refs.HeadTarget);
        refs = Apply(refs, [Ok, Ok], Update("trunk", null, _commits[0]), Update("dev", null, _commits[1]));
        Assert.Equal("refs/heads/trunk", refs.HeadTarget);
        Assert.Equal("refs/heads/trunk", _repository.Git("symbolic-ref", "HEAD"));
        refs = Apply(refs, [Ok], Update("main", null, _commits[0]));
        Assert.Equal("refs/heads/trunk", refs.HeadTarget);
    }

    [Fact]
    public void Apply_FirstPushHasTheBranchOfHead_HeadStays()
    {
        var refs = Apply(_repository.Load(), [Ok, Ok], Update("aaa", null, _commits[0]), Update("main", null, _commits[1]));
        Assert.Equal("refs/heads/main", refs.HeadTarget);
        Assert.True(refs.TryResolveHead(out var head) && head == _commits[1]);
    }

    [Fact]
    public void Apply_FiftyThousandNewRefs_IsQuick()
    {
        var updates = Enumerable.Range(0, 50_000).Select(i => Update($"group-{i % 100}/branch-{i}", null, _commits[i % 3])).ToArray();
        var refs = _repository.Load();
        var clock = Stopwatch.StartNew();
        var result = _repository.Apply(refs, updates);
        TestContext.Current.SendDiagnosticMessage($"50,000 refs: {clock.ElapsedMilliseconds} ms");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.All(result.Outcome.Results, static r => Assert.Equal(Ok, r.Status));
        clock.Restart();
        result = _repository.Apply(result.Refs, Update("one-more", null, _commits[0]));
        TestContext.Current.SendDiagnosticMessage($"one more beside 50,000: {clock.ElapsedMilliseconds} ms");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"It took {clock.Elapsed}.");
        Assert.Equal(_repository.GitRefs(), Lines(result.Refs));
    }

    [Fact]
    public void Apply_SamePushAgain_AnswersTheSameAndDoesNothing()
    {
        var push = Push(Update("b", null, _commits[0]), Update("a", _commits[1], _commits[2]), Update("c", null, _commits[0]));
        var first = _repository.Apply(_repository.Load(), push);
        Assert.Equal([Ok, Stale, Ok], Statuses(first.Outcome));
        var later = _repository.Apply(first.Refs, Update("b", _commits[0], null));
        foreach (var activation in new[] { _repository.Transaction, _repository.NewActivation() })
        {
            var again = activation.Apply(later.Refs, push, [null, null, null]);
            Assert.Equal(first.Outcome.Results, again.Outcome.Results);
            Assert.Equal(first.Outcome.Sequence, again.Outcome.Sequence);
            Assert.Equal(1, again.Refs.Count);
        }
    }

    [Fact]
    public void FindOutcome_UnknownPush_IsNullAndThePushNeverHappens()
    {
        var push = Push(Update("a", null, _commits[0]));
        Assert.Null(_repository.Transaction.FindOutcome(push.PushId));
        Assert.Null(_repository.NewActivation().FindOutcome(push.PushId));
        foreach (var activation in new[] { _repository.Transaction, _repository.NewActivation() })
            Assert.Equal([Stale], Statuses(activation.Apply(_repository.Load(), push, [null]).Outcome));
        Assert.Empty(_repository.GitRefs());
        var other = _repository.Apply(_repository.Load(), Update("a", null, _commits[0]));
        Assert.Equal(1, other.Outcome.Sequence);
    }

    private RefSnapshot Apply(RefSnapshot refs, RefUpdateStatus[] expected, params RefUpdate[] updates)
    {
        var result = _repository.Apply(refs, updates);
        Assert.Equal(expected, Statuses(result.Outcome));
        Assert.Equal(updates.Select(static u => u.Name), result.Outcome.Results.Select(static r => r.Name));
        _repository.AssertGitAgrees(result.Refs);
        Assert.Equal(Lines(result.Refs), Lines(_repository.Load()));
        return result.Refs;
    }
}
