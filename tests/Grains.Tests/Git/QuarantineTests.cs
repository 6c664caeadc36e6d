using System.IO.Pipelines;
using Granary.Git;
using Granary.Grains.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;
using Granary.Grains.Git.Processes;
using Granary.Repositories;
using Microsoft.Extensions.Options;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

public sealed class QuarantineTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = new(static options => options.MaxPackSize = 8 << 20);
    private readonly TemporaryFolder _folder = new();
    private readonly string _source;
    private readonly ObjectId[] _commits;

    public QuarantineTests()
    {
        _source = _folder.File("source.git");
        _commits = Packs.MakeSource(_source, 3);
    }

    public void Dispose()
    {
        _repository.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Receive_WholePack_IsTakenOverByThePush()
    {
        var refs = await PushAsync(_repository.Load(), false, Update("main", null, _commits[0]), [_commits[0].ToString()]);
        _repository.AssertGitAgrees(refs);
        refs = await PushAsync(refs, true, Update("main", _commits[0], _commits[2]), [_commits[2].ToString(), "^" + _commits[0]]);
        _repository.AssertGitAgrees(refs);
        _repository.Git("fsck", "--full", "--strict");
        Assert.Equal(2, Directory.GetFiles(_repository.Paths.ObjectPacks, "*.idx").Length);
        Assert.Equal(2, Directory.GetFiles(_repository.Paths.ObjectPacks, "*.pack").Length);
        AssertNothingLeft();
    }

    // Between the two the pack is in place and no ref names it.
    [Theory]
    [InlineData("gc", "-q")]
    [InlineData("repack", "-q", "-A", "-d", "--unpack-unreachable=now")]
    [InlineData("repack", "-q", "-a", "-d")]
    public async Task Apply_ForeignGcBetweenPackAndRefs_LosesNothing(params string[] gc)
    {
        var refs = await PushAsync(_repository.Load(), false, Update("main", null, _commits[0]), [_commits[0].ToString()]);
        var collected = 0;
        var activation = _repository.NewActivation(WriteStep.PackDirectorySynced, () =>
        {
            _repository.Git(["-c", "gc.packRefs=false", .. gc]);
            collected++;
        });
        var push = Push(Update("main", _commits[0], _commits[2])) with { HasQuarantine = true };
        await using var quarantine = Open(push.PushId);
        await quarantine.ReceiveAsync(Packs.Read(Packs.Make(_source, true, _commits[2].ToString(), "^" + _commits[0])), null, None);
        var result = activation.Apply(refs, push, [null]);
        Assert.Equal(1, collected);
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        _repository.AssertGitAgrees(result.Refs);
        _repository.Git("fsck", "--full", "--strict");
        Assert.Empty(Directory.GetFiles(_repository.Paths.ObjectPacks, "*.keep"));
        Assert.Empty(Directory.GetDirectories(_repository.Paths.Objects, "??"));
    }

    // A foreign repack that has listed the pack of the first push removes it when that of the second is in place.
    [Fact]
    public async Task TakeOver_SamePackAgain_IsNotTheFileThatWasThere()
    {
        string[] wanted = [_commits[2].ToString()];
        var refs = await PushAsync(_repository.Load(), false, Update("main", null, _commits[2]), wanted);
        var first = Directory.GetFiles(_repository.Paths.ObjectPacks);
        refs = _repository.Apply(refs, Update("main", _commits[2], null)).Refs;
        refs = await PushAsync(refs, false, Update("main", null, _commits[2]), wanted);
        foreach (var file in first) File.Delete(file);
        _repository.AssertGitAgrees(refs);
        _repository.Git("fsck", "--full", "--strict");
    }

    [Fact]
    public async Task Recover_SiloDiedBetweenPackAndRefs_LeavesNoMarkOfThePush()
    {
        var pushId = Guid.NewGuid();
        await using (var quarantine = Open(pushId))
        {
            await quarantine.ReceiveAsync(Packs.Read(Packs.Make(_source, false, "main")), null, None);
            Assert.True(File.Exists(QuarantineFiles.TakeOver(_repository.Paths, pushId, NoWriteObserver.Instance).Single() + ".keep"));
        }

        var somebodys = Path.Combine(_repository.Paths.ObjectPacks, "pack-1.keep");
        File.WriteAllText(somebodys, "");
        _repository.NewActivation().Recover();
        Assert.Equal([somebodys], Directory.GetFiles(_repository.Paths.ObjectPacks, "*.keep"));
    }

    [Fact]
    public async Task TakeOver_CutShortAndDoneAgain_EndsWhatItBegan()
    {
        var pushId = Guid.NewGuid();
        await using var quarantine = Open(pushId);
        await quarantine.ReceiveAsync(Packs.Read(Packs.Make(_source, false, "main")), null, None);
        var pack = Directory.GetFiles(Path.Combine(_repository.Paths.Quarantine(pushId), "pack"), "*.pack").Single();
        File.Move(pack, QuarantineFiles.Target(_repository.Paths, pushId, pack) + ".pack");
        QuarantineFiles.TakeOver(_repository.Paths, pushId, NoWriteObserver.Instance);
        QuarantineFiles.TakeOver(_repository.Paths, pushId, NoWriteObserver.Instance);
        _repository.Git("cat-file", "-e", _commits[2].ToString());
    }

    [Fact]
    public async Task Receive_EveryKindOfBrokenPack_IsRefusedAndNothingStays()
    {
        var pack = Packs.Make(_source, false, "main");
        var thin = Packs.Make(_source, true, _commits[2].ToString(), "^" + _commits[1]);
        var parentless = Packs.Make(_source, false, _commits[2].ToString(), "^" + _commits[1]);
        var flipped = pack.ToArray();
        flipped[pack.Length / 2] ^= 1;
        var huge = pack.ToArray();
        huge.AsSpan(8, 4).Fill(0xff);
        foreach (var broken in new[] { [], "nonsense"u8.ToArray(), pack[..^30], pack[..20], flipped, huge, thin, parentless })
        {
            await using (var quarantine = Open(Guid.NewGuid()))
            {
                var refused = await Assert.ThrowsAsync<PackRefusedException>(() => quarantine.ReceiveAsync(Packs.Read(broken), null, None));
                Assert.DoesNotContain(_repository.Paths.Root, refused.Message, StringComparison.Ordinal);
                Assert.False(quarantine.HasObjects);
            }

            AssertNothingLeft();
            Assert.Empty(Directory.GetFiles(_repository.Paths.ObjectPacks));
        }
    }

    [Fact]
    public async Task Receive_GitGivesUpWhileTheClientStillSends_ReadsTheRestAndSaysWhy()
    {
        await using var quarantine = Open(Guid.NewGuid());
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 64 << 10, resumeWriterThreshold: 32 << 10));
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await pipe.Writer.WriteAsync(new byte[16 << 10]);
            await pipe.Writer.CompleteAsync();
        });
        var refused = await Assert.ThrowsAsync<PackRefusedException>(() => quarantine.ReceiveAsync(pipe.Reader, null, None));
        Assert.Contains("pack signature mismatch", refused.Message, StringComparison.Ordinal);
        await sending;
    }

    [Fact]
    public async Task Receive_TooLarge_IsRefusedAndThePipeCanBeReadOn()
    {
        await using var quarantine = Open(Guid.NewGuid());
        var header = Packs.Make(_source, false, "main")[..12];
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(header);
        await pipe.Writer.WriteAsync(new byte[9 << 20]);
        var refused = await Assert.ThrowsAsync<PackRefusedException>(() => quarantine.ReceiveAsync(pipe.Reader, null, None));
        Assert.DoesNotContain(_repository.Paths.Root, refused.Message, StringComparison.Ordinal);
        await pipe.Writer.CompleteAsync();
        while (!(await pipe.Reader.ReadAsync()).IsCompleted) pipe.Reader.AdvanceTo(default, default);
    }

    [Fact]
    public async Task Receive_ClientGone_EndsGitAndLeavesNothing()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Packs.Make(_source, false, "main").AsMemory(0, 100));
        using var cancel = new CancellationTokenSource();
        await using (var quarantine = Open(Guid.NewGuid()))
        {
            var receiving = quarantine.ReceiveAsync(pipe.Reader, null, cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        }

        AssertNothingLeft();
    }

    [Fact]
    public async Task Inspect_MissingObjects_RefusesOnlyWhoNeedsThem()
    {
        var refs = await PushAsync(_repository.Load(), false, Update("main", null, _commits[0]), [_commits[0].ToString()]);
        PutIntoTheStore(Packs.Make(_source, false, _commits[2].ToString(), "^" + _commits[1]));
        await using var quarantine = Open(Guid.NewGuid());
        var inspected = await quarantine.InspectAsync(
            refs, [Update("bad", null, _commits[2]), Update("good", null, _commits[0]), Update("absent", null, ObjectId.Parse(new string('1', 40)))], None);
        Assert.Equal(
            [RefUpdateStatus.RejectedMissingObject, null, RefUpdateStatus.RejectedMissingObject], inspected.Select(static i => i.Refusal?.Status));
    }

    [Fact]
    public async Task Inspect_UnreachableObjectInTheStoreWithoutItsParents_DoesNotCount()
    {
        var refs = await PushAsync(_repository.Load(), false, Update("main", null, _commits[0]), [_commits[0].ToString()]);
        PutIntoTheStore(Packs.Make(_source, false, _commits[2].ToString(), "^" + _commits[1]));
        _repository.Git("cat-file", "-e", _commits[2].ToString());
        await using var quarantine = Open(Guid.NewGuid());
        foreach (var update in new[] { Update("main", _commits[0], _commits[2]), Update("new", null, _commits[2]) })
        {
            var inspected = await quarantine.InspectAsync(refs, [update], None);
            Assert.Equal(RefUpdateStatus.RejectedMissingObject, inspected.Single().Refusal?.Status);
        }
    }

    [Fact]
    public async Task Inspect_TagOfATag_IsPeeledToTheCommit()
    {
        var commit = _repository.Commits(1)[0];
        var tag = _repository.Tag("one", commit);
        var nested = _repository.Tag("two", tag, "tag");
        await using var quarantine = Open(Guid.NewGuid());
        var inspected = await quarantine.InspectAsync(
            _repository.Load(), [Update("refs/tags/two", null, nested), Update("branch", null, tag), Update("gone", commit, null)], None);
        Assert.Equal([null, RefUpdateStatus.RejectedOtherReason, null], inspected.Select(static i => i.Refusal?.Status));
        var refs = _repository.Apply(_repository.Load(), inspected[0].Update).Refs;
        _repository.AssertGitAgrees(refs);
    }

    [Fact]
    public async Task Sweep_QuarantineOfADeadSilo_IsRemovedAndTheLivingStay()
    {
        var pushId = Guid.NewGuid();
        await using var living = Open(pushId);
        await living.ReceiveAsync(Packs.Read(Packs.Make(_source, false, "main")), null, None);
        var dead = Directory.CreateDirectory(_repository.Paths.Quarantine(Guid.NewGuid())).FullName;
        File.WriteAllText(QuarantineFiles.LockOf(dead), "");
        Directory.CreateDirectory(_repository.Paths.Quarantine(Guid.NewGuid()));
        var orphan = QuarantineFiles.LockOf(_repository.Paths.Quarantine(Guid.NewGuid()));
        File.WriteAllText(orphan, "");
        Assert.NotNull(_repository.NewActivation().Recover());
        var live = _repository.Paths.Quarantine(pushId);
        Assert.Equal(new[] { live, QuarantineFiles.LockOf(live) }.Order(), Directory.GetFileSystemEntries(_repository.Paths.Quarantines).Order());
    }

    [Fact]
    public async Task Sweep_WhilePushesComeAndGo_HarmsNeither()
    {
        var pack = Packs.Make(_source, false, "main");
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(() =>
        {
            for (var sweeps = 0; !stop.IsCancellationRequested; sweeps++) QuarantineFiles.Sweep(_repository.Paths);
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 8; i++)
            {
                await using var quarantine = Open(Guid.NewGuid());
                await quarantine.ReceiveAsync(Packs.Read(pack), null, None);
                Assert.True(quarantine.HasObjects);
            }
        }));
        await stop.CancelAsync();
        await sweeping;
        AssertNothingLeft();
    }

    [Fact]
    public async Task Receive_SlowClient_HoldsNoPlaceAndAFastOneGoesBy()
    {
        var options = Options.Create(new GitOptions { MaxProcesses = 1, MaxProcessesPerRepository = 1, MaxWait = TimeSpan.FromMinutes(1) });
        var limiter = new ProcessLimiter(options, TimeProvider.System);
        var id = RepositoryId.New();
        var slow = new Pipe();
        var pack = Packs.Make(_source, false, "main");
        await using var waiting = Open(Guid.NewGuid(), async cancellationToken => await limiter.EnterAsync(id, new Requester("x"), GitWork.Fetch, cancellationToken));
        var receiving = waiting.ReceiveAsync(slow.Reader, null, None);
        await slow.Writer.WriteAsync(pack.AsMemory(0, pack.Length - 1));

        await using (var fast = Open(Guid.NewGuid(), async cancellationToken => await limiter.EnterAsync(id, new Requester("x"), GitWork.Fetch, cancellationToken)))
        {
            await fast.ReceiveAsync(Packs.Read(pack), null, None);

            // Now the place is taken, and the last byte of the slow one waits for it.
            await slow.Writer.WriteAsync(pack.AsMemory(pack.Length - 1));
            await slow.Writer.CompleteAsync();
            Assert.False(receiving.IsCompleted);
        }

        await receiving;
        Assert.True(waiting.HasObjects);
    }

    private Quarantine Open(Guid pushId, Func<CancellationToken, ValueTask<IDisposable>>? enter = null) => _repository.OpenQuarantine(pushId, enter);

    private async Task<RefSnapshot> PushAsync(RefSnapshot refs, bool thin, RefUpdate update, string[] revisions)
    {
        var push = Push(update) with { HasQuarantine = true };
        await using var quarantine = Open(push.PushId);
        await quarantine.ReceiveAsync(Packs.Read(Packs.Make(_source, thin, revisions)), null, None);
        var inspected = await quarantine.InspectAsync(refs, push.Updates, None);
        Assert.Null(inspected.Single().Refusal);
        var result = _repository.Apply(refs, push with { Updates = [inspected.Single().Update] });
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        return result.Refs;
    }

    private void PutIntoTheStore(byte[] pack)
    {
        var path = Path.Combine(_repository.Paths.ObjectPacks, "pack-1234.pack");
        File.WriteAllBytes(path, pack);
        _repository.Git("index-pack", path);
    }

    private void AssertNothingLeft() => Assert.Empty(Directory.GetFileSystemEntries(_repository.Paths.Quarantines));
}
