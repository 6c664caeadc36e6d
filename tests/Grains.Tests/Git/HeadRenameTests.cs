using System.Diagnostics;
using Granary.Grains.Git;
using Granary.Grains.Git.Refs;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

/// <summary>A default branch gets another name: HEAD and the refs change together, or neither does.</summary>
public sealed class HeadRenameTests : IDisposable
{
    private const string Old = "refs/heads/main";
    private const string New = "refs/heads/trunk";

    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ObjectId _commit;

    public HeadRenameTests() => _commit = _repository.Commits(1)[0];

    public void Dispose()
    {
        _repository.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Rename_OfTheBranchOfHead_TakesHeadAlong()
    {
        var result = _repository.Apply(WithMain(), Rename("main", "trunk"));
        Assert.Equal([RefUpdateStatus.Ok, RefUpdateStatus.Ok], Statuses(result.Outcome));
        AssertIs(New, result.Refs);
        Assert.Equal(New, _repository.Git("symbolic-ref", "HEAD"));
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Rename_OfAnotherBranch_LeavesHead()
    {
        var refs = _repository.Apply(WithMain(), Update("side", null, _commit)).Refs;
        var result = _repository.Apply(refs, Rename("side", "other"));
        Assert.Equal([RefUpdateStatus.Ok, RefUpdateStatus.Ok], Statuses(result.Outcome));
        Assert.Equal(Old, result.Refs.HeadTarget);
    }

    [Fact]
    public void Rename_ThatIsRefused_LeavesHead()
    {
        var refs = _repository.Apply(WithMain(), Update("trunk", null, _commit)).Refs;
        var result = _repository.Apply(refs, Rename("main", "trunk"));
        Assert.Equal([RefUpdateStatus.LockFailure, RefUpdateStatus.NotAttempted], Statuses(result.Outcome));
        Assert.Equal(Old, result.Refs.HeadTarget);
        Assert.Equal(Old, _repository.Git("symbolic-ref", "HEAD"));
    }

    [Fact]
    public void Rename_WhenTheVolumeFails_LeavesHeadAndSaysSo()
    {
        var refs = WithMain();
        var push = Rename("main", "trunk");
        var failing = _repository.NewActivation(WriteStep.IntentWritten, () => File.Delete(_repository.Paths.PackedRefsLock));
        var result = failing.Apply(refs, push, new RefUpdateResult?[2]);
        Assert.NotNull(result.Fault);
        Assert.All(Statuses(result.Outcome), static s => Assert.Equal(RefUpdateStatus.NotAttempted, s));
        Assert.Equal(Old, _repository.Git("symbolic-ref", "HEAD"));
        AssertIs(Old, _repository.NewActivation().Recover());
    }

    /// <summary>The files as a crash at a step leaves them are copied, and read by whoever comes next.</summary>
    [Theory]
    [InlineData(nameof(WriteStep.PackedRefsLinked), false, Old)]
    [InlineData(nameof(WriteStep.IntentWritten), false, Old)]
    [InlineData(nameof(WriteStep.IntentWritten), true, Old)]
    [InlineData(nameof(WriteStep.PackedRefsRenamed), false, New)]
    [InlineData(nameof(WriteStep.DirectorySynced), false, New)]
    [InlineData(nameof(WriteStep.Closed), false, New)]
    public void Rename_CutOffAtAStep_IsWholeOrNotAtAll(string step, bool hasWrittenHead, string expected)
    {
        var refs = WithMain();
        var crashed = Path.Combine(_folder.Path, "crashed.git");
        var dying = _repository.NewActivation(Enum.Parse<WriteStep>(step), () => Copy(_repository.Paths.Root, crashed));
        dying.Apply(refs, Rename("main", "trunk"), new RefUpdateResult?[2]);
        if (hasWrittenHead) File.WriteAllText(Path.Combine(crashed, "HEAD"), $"ref: {New}\n");

        var paths = new RepositoryPaths(crashed, Path.Combine(_folder.Path, "pending", "crashed"));
        var next = new RefTransaction(_repository.Store, paths, _repository.OptionsWrapper, TimeProvider.System, static () => new RefVersion(9, 9));
        AssertIs(expected, next.Recover());
        Assert.Equal(expected, GitProgram.Run(crashed, ["symbolic-ref", "HEAD"]));
    }

    private static void Copy(string from, string to)
    {
        using var copy = Process.Start("cp", ["-a", from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    private RefSnapshot WithMain()
    {
        var refs = _repository.Apply(_repository.Load(), Update("main", null, _commit)).Refs;
        Assert.Equal(Old, refs.HeadTarget);
        return refs;
    }

    private PushRequest Rename(string from, string to) =>
        Push(Update(to, null, _commit), Update(from, _commit, null)) with { Atomic = true, NewHead = RefName.Branch(to) };

    /// <summary>One branch, and HEAD is it.</summary>
    private void AssertIs(string branch, RefSnapshot refs)
    {
        Assert.Equal(1, refs.Count);
        Assert.Equal(branch, refs.HeadTarget);
        Assert.True(refs.TryResolveHead(out var head) && head == _commit);
    }
}
