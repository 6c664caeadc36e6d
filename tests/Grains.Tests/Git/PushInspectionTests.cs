using System.Globalization;
using Granary.Git;
using Granary.Grains.Git.Objects;
using Granary.Grains.Git.Packs;
using Granary.Repositories;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Git;

/// <summary>What is told of a push without a git process, beside what git says of the same objects.</summary>
public sealed class PushInspectionTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string _source;
    private readonly ObjectId _base;

    public PushInspectionTests()
    {
        _source = _folder.File("source");
        Directory.CreateDirectory(_source);
        Source("init", "-q", "-b", "main");
        Write("a", 300);
        Write("dir/b", 200);
        Write("dir/sub/c", 100);
        Write("dir.txt", 10);
        Write("moved/one", 50);
        Write("moved/two", 50);
        _base = Commit();
        Write("a", 301);
        _base = Commit();
        Store(Packs.Make(_source, false, _base.ToString()), "base");
        _repository.Git("update-ref", "refs/heads/main", _base.ToString());
        _repository.Git("pack-refs", "--all");
    }

    public static TheoryData<string> UsualPushes => new(Usual.Keys);

    private static Dictionary<string, Action<PushInspectionTests>> Usual { get; } = new()
    {
        ["edit"] = static t => t.Write("dir/sub/c", 101),
        ["edit of several"] = static t => (t.Write("a", 5), t.Write("dir/b", 6), t.Write("dir.txt", 7)).Equals(null),
        ["new folder"] = static t => t.Write("new/deep/er/file", 3),
        ["removal"] = static t => t.Source("rm", "-q", "dir/b"),
        ["file moved between folders"] = static t => t.Source("mv", "dir/sub/c", "dir/c"),
        ["folder moved"] = static t => t.Source("mv", "moved", "elsewhere"),
        ["file becomes folder"] = static t => (t.Source("rm", "-q", "dir.txt"), t.Write("dir.txt/inside", 9)).Equals(null),
        ["folder becomes file"] = static t => (t.Source("rm", "-rq", "moved"), t.Write("moved", 9)).Equals(null),
        ["mode"] = static t => t.Source("update-index", "--chmod=+x", "a"),
        ["link"] = static t => t.Source("update-index", "--add", "--cacheinfo", $"120000,{t.Source("hash-object", "-w", "a")},link"),
        ["submodule"] = static t => t.Source("update-index", "--add", "--cacheinfo", $"160000,{new string('a', 40)},module"),
        ["nothing but a commit"] = static _ => { },
        ["two commits"] = static t => (t.Write("a", 1), t.Commit(), t.Write("dir/b", 2)).Equals(null),
        ["merge"] = static t =>
        {
            t.Source("switch", "-qc", "side");
            t.Write("dir/b", 77);
            t.Commit();
            t.Source("switch", "-q", "main");
            t.Write("a", 78);
            t.Commit();
            t.Source("merge", "-q", "--no-ff", "-m", "merge", "side");
        },
        ["history of its own"] = static t => (t.Source("switch", "-q", "--orphan", "other"), t.Write("fresh", 4)).Equals(null),
    };

    [Theory]
    [MemberData(nameof(UsualPushes))]
    public async Task Inspect_UsualPush_NeedsNoGitAndAgreesWithIt(string name)
    {
        Usual[name](this);
        var tip = Commit();
        foreach (var thin in (bool[])[true, false])
        {
            await using var push = await ReceiveAsync(Packs.Make(_source, thin, tip.ToString(), "^" + _base));
            RefUpdate[] updates = [Update("main", _base, tip), Update("new", null, tip)];
            var inspected = push.Inspect(updates, out var sizes);
            Assert.NotNull(inspected);
            Assert.Equal(updates, inspected.Select(static i => i.Update));
            Assert.Equal(push.Objects().Max(id => long.Parse(Source("cat-file", "-s", id), CultureInfo.InvariantCulture)), sizes.Largest);
        }
    }

    [Fact]
    public async Task Inspect_FirstPush_NeedsNoGit()
    {
        _repository.Git("update-ref", "-d", "refs/heads/main");
        await using var push = await ReceiveAsync(Packs.Make(_source, false, _base.ToString()));
        Assert.NotNull(push.Inspect([Update("main", null, _base)], out _));
    }

    [Fact]
    public async Task Inspect_Tags_ArePeeled()
    {
        Source("tag", "-a", "-m", "one", "one");
        Source("tag", "-a", "-m", "two", "two", "one");
        var (one, two) = (ObjectId.Parse(Source("rev-parse", "one")), ObjectId.Parse(Source("rev-parse", "two")));
        await using var push = await ReceiveAsync(Packs.Make(_source, false, "one", "two", "^" + _base));
        var inspected = push.Inspect([Update("refs/tags/one", null, one), Update("refs/tags/two", null, two)], out _);
        Assert.NotNull(inspected);
        Assert.All(inspected, i => Assert.Equal(_base, i.Update.Peeled));
        Assert.Null(push.Inspect([Update("branch", null, two)], out _));
    }

    [Fact]
    public void Inspect_NewRefsToWhatRefsPointTo_NeedsNoPack()
    {
        var tag = _repository.Tag("one", _base);
        _repository.Git("update-ref", "refs/tags/one", tag.ToString());
        _repository.Git("repack", "-adq");
        var updates = new[] { Update("copy", null, _base), Update("refs/tags/again", null, tag), Update("gone", _base, null) };
        var inspected = PushInspection.Inspect(_repository.Paths, null, _repository.Load(), updates, 1000, null);
        Assert.NotNull(inspected);
        Assert.Equal(_base, inspected[1].Update.Peeled);
    }

    [Fact]
    public async Task Inspect_BuiltOnWhatTheRefsDoNotReach_IsLeftToGit()
    {
        // A commit, a tree and a blob that lie in the store and that no ref reaches; the commit's own history is whole.
        Write("secret/file", 321);
        var unreachable = Commit();
        var blob = Source("rev-parse", "HEAD:secret/file");
        var folder = Source("rev-parse", "HEAD:secret");
        Store(Packs.Make(_source, false, unreachable.ToString(), "^" + _base), "unreachable");
        await AssertLeftToGitAsync($"tree {Source("rev-parse", "HEAD^{tree}")}\nparent {unreachable}\n", "on an unreachable commit");

        Source("read-tree", _base.ToString());
        Source("update-index", "--add", "--cacheinfo", $"100644,{blob},a");
        await AssertLeftToGitAsync($"tree {Source("write-tree")}\nparent {_base}\n", "with an unreachable blob");
        Source("read-tree", _base.ToString());
        Source("read-tree", "--prefix=dir2/", folder);
        await AssertLeftToGitAsync($"tree {Source("write-tree")}\nparent {_base}\n", "with an unreachable tree");
    }

    [Fact]
    public async Task Inspect_BranchNamedLikeAnObject_DoesNotMakeItKnown()
    {
        Write("secret", 321);
        var unreachable = Commit();
        Store(Packs.Make(_source, false, unreachable.ToString(), "^" + _base), "unreachable");
        _repository.Git("update-ref", "refs/heads/" + unreachable, _base.ToString());
        await AssertLeftToGitAsync($"tree {Source("rev-parse", "HEAD^{tree}")}\nparent {unreachable}\n", "named");
        _repository.Git("update-ref", "refs/tags/x", unreachable.ToString());
        await using var push = await ReceiveCommitAsync($"tree {Source("rev-parse", "HEAD^{tree}")}\nparent {unreachable}\n", "now it is one");
        Assert.NotNull(push.Inspect([Update("main", _base, push.Tip)], out _));
    }

    [Fact]
    public async Task Inspect_FileNamedLikeAnObject_DoesNotMakeItKnown()
    {
        // An entry of the known tree whose name is the bytes of the id of a blob that no ref reaches.
        var blob = Enumerable.Range(0, 100).Select(i => GitProgram.Feed(_source, $"only {i}", "hash-object", "-w", "--stdin"))
            .First(static id => !Convert.FromHexString(id).AsSpan().ContainsAny((byte)0, (byte)'/'));
        var name = string.Concat(Convert.FromHexString(blob).Select(static b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0')));
        GitProgram.Feed(
            _source, $"commit refs/heads/named\ncommitter A <a@example.com> 1 +0000\ndata 1\nx\nfrom {_base}\nM 100644 inline \"{name}\"\ndata 1\ny\n",
            "fast-import", "--quiet");
        var known = ObjectId.Parse(Source("rev-parse", "named"));
        Store(Packs.Make(_source, false, known.ToString(), "^" + _base), "known");
        _repository.Git("update-ref", "refs/heads/main", known.ToString());
        var (_, pack, _) = GitProgram.TryRun(_source, blob + "\n", "pack-objects", "--stdout", "-q");
        Store(pack, "blob");

        Source("read-tree", known.ToString());
        Source("update-index", "--cacheinfo", $"100644,{blob},a");
        await AssertLeftToGitAsync($"tree {Source("write-tree")}\nparent {known}\n", "a blob that only lies there");
    }

    [Fact]
    public async Task Inspect_MoreThanItsShare_IsLeftToGit()
    {
        for (var i = 0; i < 1100; i++) File.WriteAllText(Path.Combine(_source, "dir", $"many{i}"), $"{i}\n");
        Source("add", "-A");
        var tip = Commit();
        await using var push = await ReceiveAsync(Packs.Make(_source, true, tip.ToString(), "^" + _base));
        Assert.Null(push.Inspect([Update("main", _base, tip)], out _));
        Assert.Null((await push.Quarantine.InspectAsync(_repository.Load(), [Update("main", _base, tip)], None)).Single().Refusal);
    }

    [Fact]
    public async Task Inspect_DamagedStore_IsLeftToGit()
    {
        Write("a", 1);
        var tip = Commit();
        await using var push = await ReceiveAsync(Packs.Make(_source, false, tip.ToString(), "^" + _base));
        var pack = Path.Combine(_repository.Paths.ObjectPacks, "pack-base.pack");
        var bytes = File.ReadAllBytes(pack);
        var answers = new HashSet<bool>();
        for (var at = 12; at < bytes.Length - 20; at += Math.Max(1, bytes.Length / 97))
        {
            var broken = bytes.ToArray();
            broken[at] ^= 0x55;
            File.SetAttributes(pack, FileAttributes.Normal);
            File.WriteAllBytes(pack, broken);

            // The byte is in something that is needed or not; what matters is that nothing but an answer comes of it.
            answers.Add(push.Inspect([Update("main", _base, tip)], out _) is null);
        }

        Assert.Contains(true, answers);
        File.WriteAllBytes(pack, bytes[..20]);
        Assert.Null(push.Inspect([Update("main", _base, tip)], out _));
    }

    public void Dispose()
    {
        _repository.Dispose();
        _folder.Dispose();
    }

    private async Task AssertLeftToGitAsync(string head, string message)
    {
        await using var push = await ReceiveCommitAsync(head, message);
        Assert.Null(push.Inspect([Update("main", _base, push.Tip)], out _));
    }

    private async Task<Received> ReceiveCommitAsync(string head, string message)
    {
        var commit = GitProgram.Feed(
            _source, $"{head}author A <a@example.com> 1 +0000\ncommitter A <a@example.com> 1 +0000\n\n{message}\n", "hash-object", "-t", "commit", "-w", "--stdin");
        var (_, pack, _) = GitProgram.TryRun(_source, $"{commit}\n{Source("rev-parse", commit + "^{tree}")}\n", "pack-objects", "--stdout", "-q");
        return await ReceiveAsync(pack, ObjectId.Parse(commit));
    }

    private async Task<Received> ReceiveAsync(byte[] pack, ObjectId tip = default)
    {
        var pushId = Guid.NewGuid();
        var quarantine = _repository.OpenQuarantine(pushId);
        await quarantine.ReceiveAsync(Packs.Read(pack), PackEnd.OfStream, null, None);
        return new Received(_repository, quarantine, pushId, tip);
    }

    private void Store(byte[] pack, string name)
    {
        var path = Path.Combine(_repository.Paths.ObjectPacks, $"pack-{name}.pack");
        File.WriteAllBytes(path, pack);
        _repository.Git("index-pack", path);
    }

    private string Source(params string[] arguments) => GitProgram.Run(_source, arguments);

    /// <summary>A file of many lines, so that the next version of it is sent as a delta.</summary>
    private bool Write(string name, int seed)
    {
        var path = Path.Combine(_source, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 200).Select(line => line == seed % 200 ? $"changed {seed}\n" : $"line {line * 7919 % 1009}\n")));
        Source("add", name);
        return true;
    }

    private ObjectId Commit()
    {
        Source("commit", "-qm", "x", "--allow-empty");
        return ObjectId.Parse(Source("rev-parse", "HEAD"));
    }

    private sealed class Received(TestRepository repository, Quarantine quarantine, Guid pushId, ObjectId tip) : IAsyncDisposable
    {
        private readonly string _directory = repository.Paths.Quarantine(pushId);

        public Quarantine Quarantine => quarantine;

        public ObjectId Tip => tip;

        public IReadOnlyList<InspectedUpdate>? Inspect(RefUpdate[] updates, out PackContents sizes)
        {
            sizes = new PackContents(0, long.MaxValue);
            return PushInspection.Inspect(repository.Paths, _directory, repository.Load(), updates, 1000, sizes);
        }

        public IEnumerable<string> Objects() => Directory.GetFiles(Path.Combine(_directory, "pack"), "*.idx")
            .SelectMany(index => GitProgram.Run(_directory, "verify-pack", "-v", index).Split('\n'))
            .Select(static line => line.Split(' ')[0]).Where(static id => id.Length == 40 && ObjectId.TryParse(id, out _));

        public ValueTask DisposeAsync() => quarantine.DisposeAsync();
    }
}
