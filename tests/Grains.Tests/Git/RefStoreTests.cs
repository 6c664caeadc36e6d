using Granary.Grains.Posix;
using Granary.Grains.Git.Refs;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

public sealed class RefStoreTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void Load_NewRepository_IsEmptyWithUnbornHead()
    {
        var refs = _repository.Load();
        Assert.Equal(0, refs.Count);
        Assert.Equal("refs/heads/main", refs.HeadTarget);
        Assert.False(refs.TryResolveHead(out _));
        _repository.AssertGitAgrees(refs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# pack-refs with: peeled fully-peeled sorted \n")]
    [InlineData("# pack-refs with:\n")]
    public void Load_FileWithoutRefs_IsEmpty(string content)
    {
        File.WriteAllText(_repository.Paths.PackedRefs, content);
        Assert.Equal(0, _repository.Load().Count);
        File.Delete(_repository.Paths.PackedRefs);
        Assert.Equal(0, _repository.Load().Count);
    }

    [Fact]
    public void Load_PackedByGit_HoldsPeeledTags()
    {
        MakeRefs();
        _repository.Git("pack-refs", "--all");
        var refs = _repository.Load();
        Assert.Equal(9, Lines(refs).Count);
        _repository.AssertGitAgrees(refs);
    }

    [Fact]
    public void Load_LooseRefs_HoldsPeeledTags()
    {
        MakeRefs();
        _repository.AssertGitAgrees(_repository.Load());
    }

    [Theory]
    [InlineData("")]
    [InlineData("# pack-refs with: peeled \n")]
    [InlineData("# pack-refs with: peeled fully-peeled \n")]
    public void Load_WrittenByHandUnsortedAndUnpeeled_AgreesWithGitAndIsRepairedByThePush(string header)
    {
        MakeRefs();
        var lines = _repository.GitRefs().Where(static l => !l.EndsWith("^{}", StringComparison.Ordinal)).Reverse();
        if (header.Length > 0) // It would say of tags without a peeled line that they are none.
            lines = _repository.GitRefs().Where(static l => l.Contains("refs/heads", StringComparison.Ordinal)).Reverse();
        _repository.Git("pack-refs", "--all", "--prune");
        File.WriteAllText(_repository.Paths.PackedRefs, header + string.Join('\n', lines) + "\n");
        var refs = _repository.Load();
        _repository.AssertGitAgrees(refs);
        var result = _repository.Apply(refs, Update("new", null, _repository.Commits(1)[0]));
        Assert.Equal([RefUpdateStatus.Ok], Statuses(result.Outcome));
        _repository.AssertGitAgrees(result.Refs);
        Assert.NotNull(PackedRefsFile.TryRead(_repository.Paths.PackedRefs, HashFormat.Sha1));
    }

    [Theory]
    [InlineData("x\n")]
    [InlineData("# pack-refs with: peeled fully-peeled sorted \n0123 refs/heads/a\n")]
    [InlineData("# pack-refs with: peeled fully-peeled sorted \n0123456789012345678901234567890123456789 refs/heads/a")]
    [InlineData("# pack-refs with: peeled fully-peeled sorted \n^0123456789012345678901234567890123456789\n")]
    public void TryRead_BrokenFile_IsLeftToGit(string content)
    {
        File.WriteAllText(_repository.Paths.PackedRefs, content);
        Assert.Null(PackedRefsFile.TryRead(_repository.Paths.PackedRefs, HashFormat.Sha1));
    }

    [Fact]
    public void Stamp_ManyWritesOfOneSize_DifferEvenIfInodesRepeat()
    {
        var seen = new HashSet<(long, long)>();
        for (var i = 0; i < 50; i++)
        {
            DurableFiles.Replace(_repository.Paths.PackedRefs, new byte[100]);
            var stamp = FileStamp.Of(_repository.Paths.PackedRefs);
            Assert.True(seen.Add((stamp.Size, stamp.ModifiedNanoseconds)));
        }
    }

    [Fact]
    public void Head_Detached_IsRead()
    {
        var commit = _repository.Commits(1)[0];
        _repository.Git("update-ref", "--no-deref", "HEAD", commit.ToString());
        var refs = _repository.Load();
        Assert.Null(refs.HeadTarget);
        Assert.True(refs.TryResolveHead(out var head));
        Assert.Equal(commit, head);
        var result = _repository.Apply(refs, Update("a", null, commit));
        Assert.Equal(commit, result.Refs.DetachedHead);
        _repository.AssertGitAgrees(result.Refs);
    }

    [Fact]
    public void Head_ChangedFromOutside_IsSeenByStampAndByTheNextTransaction()
    {
        var commit = _repository.Commits(1)[0];
        var refs = _repository.Apply(_repository.Load(), Update("main", null, commit), Update("dev", null, commit)).Refs;
        Assert.Equal(refs.Stamp, RefStore.Stamp(_repository.Paths));
        _repository.Git("symbolic-ref", "HEAD", "refs/heads/dev");
        Assert.NotEqual(refs.Stamp, RefStore.Stamp(_repository.Paths));
        refs = _repository.Apply(refs, Update("x", null, commit)).Refs;
        Assert.Equal("refs/heads/dev", refs.HeadTarget);
        Assert.Equal(refs.Stamp, RefStore.Stamp(_repository.Paths));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public void Head_Broken_IsAFault(string content)
    {
        File.WriteAllText(_repository.Paths.Head, content);
        Assert.Throws<IOException>(() => _repository.Load());
    }

    [Fact]
    public void Create_Again_KeepsWhatIsThere()
    {
        var refs = _repository.Apply(_repository.Load(), Update("dev", null, _repository.Commits(1)[0])).Refs;
        RefStore.Create(_repository.Paths, RefName.Branch("other"), _repository.Options);
        Assert.Equal(refs.Stamp, RefStore.Stamp(_repository.Paths));
        Assert.Equal("refs/heads/dev", _repository.Load().HeadTarget);
        Assert.Equal(["HEAD", "config", "granary", "objects", "packed-refs", "refs"], Directory.EnumerateFileSystemEntries(_repository.Paths.Root)
            .Select(static p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Load_WhileTheFileIsReplacedAllTheTime_IsOneStateOrAnother()
    {
        var commits = _repository.Commits(2);
        var refs = _repository.Apply(_repository.Load(), Update("a", null, commits[0]), Update("b", null, commits[0])).Refs;
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 60; i++)
            {
                var (old, next) = (commits[i % 2], commits[(i + 1) % 2]);
                refs = _repository.Apply(refs, Update("a", old, next), Update("b", old, next)).Refs;
            }
        });
        while (!writing.IsCompleted)
        {
            var seen = _repository.Load();
            Assert.True(seen.TryFind("refs/heads/a", out var a) && seen.TryFind("refs/heads/b", out var b) && a == b);
        }

        await writing;
        _repository.AssertGitAgrees(refs);
    }

    /// <summary>Branches, a tag, and a tag of the tag, as loose refs.</summary>
    private void MakeRefs()
    {
        var commits = _repository.Commits(2);
        var tag = _repository.Tag("one", commits[0]);
        var nested = _repository.Tag("two", tag, "tag");
        foreach (var (name, id) in new[]
        {
            ("refs/heads/a", commits[0]), ("refs/heads/b/c", commits[1]), ("refs/heads/b-c", commits[1]), ("refs/notes/x", commits[0]),
            ("refs/tags/one", tag), ("refs/tags/plain", commits[1]), ("refs/tags/two", nested),
        })
        {
            _repository.Git("update-ref", name, id.ToString());
        }
    }
}
