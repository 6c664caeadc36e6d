using System.Globalization;
using System.Text;
using Granary.Accounts;
using Granary.Grains.Git;
using Granary.Grains.Git.Packs;
using Granary.Grains.Git.Processes;
using Granary.Grains.Git.Refs;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Tests.Git;

/// <summary>A repository on a volume of its own, its ref transactions, and git to look at it from outside.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlockingWork _files = new(1);
    private long _version;

    public TestRepository(Action<GitOptions>? configure = null)
    {
        Options.Executable = "/usr/bin/env";
        foreach (var folder in Environment.GetEnvironmentVariable("PATH")!.Split(':').Reverse())
        {
            if (File.Exists(Path.Combine(folder, "git"))) Options.Executable = Path.Combine(folder, "git");
        }

        Options.LockPatience = TimeSpan.FromMilliseconds(100);
        configure?.Invoke(Options);
        Directory.CreateDirectory(_folder.File("pending"));
        Layout = new RepositoryLayout(_folder.Path);
        Paths = Layout.Of(Id);
        Command = new GitCommand(OptionsWrapper);
        Store = new RefStore(Command);
        RefStore.Create(Paths, RefName.Branch("main"), Options);
        Transaction = NewActivation();
    }

    public RepositoryId Id { get; } = RepositoryId.New();

    public GitOptions Options { get; } = new();

    public IOptions<GitOptions> OptionsWrapper => Microsoft.Extensions.Options.Options.Create(Options);

    public RepositoryLayout Layout { get; }

    public RepositoryPaths Paths { get; }

    public GitCommand Command { get; }

    public RefStore Store { get; }

    /// <summary>The one activation of most tests.</summary>
    public RefTransaction Transaction { get; }

    public HookedTime Time { get; } = new();

    /// <summary>Runs where a transaction draws a version: after its write, and before each load.</summary>
    public Action? OnVersion { get; set; }

    public void Dispose()
    {
        _folder.Dispose();
        _files.Dispose();
    }

    /// <summary>The object directory of a push; without a limit of processes when no other is given.</summary>
    public Quarantine OpenQuarantine(Guid pushId, Func<CancellationToken, ValueTask<IDisposable>>? enter = null) => new(
        Command, Paths, pushId, _files, Options, TimeProvider.System,
        enter ?? (static _ => ValueTask.FromResult<IDisposable>(new MemoryStream())), null, 0, GitOptions.DefaultFsckIgnore, static _ => { });

    public RefTransaction NewActivation() => new(Store, Paths, OptionsWrapper, Time, NextVersion);

    /// <summary>An activation that does something at a step of its write.</summary>
    public RefTransaction NewActivation(WriteStep step, Action action) =>
        new(new RefStore(Command, new AtStep(step, action)), Paths, OptionsWrapper, Time, NextVersion);

    public RefSnapshot Load() => Store.LoadAsync(Paths, NextVersion(), CancellationToken.None).GetAwaiter().GetResult();

    public string Git(params string[] arguments) => GitProgram.Run(Paths.Root, arguments);

    /// <summary>Commits of the empty tree on one another, in the repository's own store.</summary>
    public ObjectId[] Commits(int count)
    {
        var script = new StringBuilder();
        for (var i = 1; i <= count; i++)
            script.Append(CultureInfo.InvariantCulture, $"commit refs/heads/import\nmark :{i}\ncommitter A <a@example.com> {i} +0000\ndata 1\nx\n");
        var marks = _folder.File("marks");
        GitProgram.Feed(Paths.Root, script.ToString(), "fast-import", "--quiet", "--export-marks=" + marks);
        Git("update-ref", "-d", "refs/heads/import");
        return [.. File.ReadLines(marks).Select(static l => l.Split(' ')).OrderBy(static l => int.Parse(l[0][1..], CultureInfo.InvariantCulture))
            .Select(static l => ObjectId.Parse(l[1]))];
    }

    public ObjectId Tag(string name, ObjectId target, string type = "commit") => ObjectId.Parse(GitProgram.Feed(
        Paths.Root, $"object {target}\ntype {type}\ntag {name}\ntagger A <a@example.com> 1 +0000\n\nx\n", "mktag"));

    /// <summary>The refs as git sees them, peeled lines included.</summary>
    public string[] GitRefs()
    {
        var (exitCode, output, _) = GitProgram.TryRun(Paths.Root, "", "show-ref", "-d");
        return exitCode == 0 ? Encoding.UTF8.GetString(output).TrimEnd('\n').Split('\n') : [];
    }

    public void AssertGitAgrees(RefSnapshot refs)
    {
        Assert.Equal(GitRefs(), Lines(refs));
        Git("fsck", "--connectivity-only");
    }

    public static List<string> Lines(RefSnapshot refs)
    {
        var lines = new List<string>();
        for (var i = 0; i < refs.Count; i++)
        {
            var name = Encoding.UTF8.GetString(refs[i].Name);
            lines.Add($"{Encoding.ASCII.GetString(refs[i].Hex)} {name}");
            if (!refs[i].PeeledHex.IsEmpty) lines.Add($"{Encoding.ASCII.GetString(refs[i].PeeledHex)} {name}^{{}}");
        }

        return lines;
    }

    public RefTransactionResult Apply(RefSnapshot refs, params RefUpdate[] updates) => Apply(refs, Push(updates));

    public RefTransactionResult Apply(RefSnapshot refs, PushRequest push) => Transaction.Apply(refs, push, new RefUpdateResult?[push.Updates.Count]);

    public static PushRequest Push(params RefUpdate[] updates) =>
        new(Guid.NewGuid(), Caller.System, updates, Atomic: false, HasQuarantine: false, [], "test");

    public static RefUpdate Update(string name, ObjectId? old, ObjectId? @new, ObjectId? peeled = null) => new(
        RefName.Parse(name.StartsWith("refs/", StringComparison.Ordinal) ? name : "refs/heads/" + name),
        old ?? ObjectId.Zero(HashFormat.Sha1), @new ?? ObjectId.Zero(HashFormat.Sha1), peeled);

    public static RefUpdateStatus[] Statuses(PushOutcome outcome) => [.. outcome.Results.Select(static r => r.Status)];

    private sealed class AtStep(WriteStep step, Action action) : IWriteObserver
    {
        public void Reached(WriteStep reached)
        {
            if (reached == step) action();
        }
    }

    private RefVersion NextVersion()
    {
        OnVersion?.Invoke();
        return new RefVersion(1, Interlocked.Increment(ref _version));
    }
}

/// <summary>The real time; a hook runs when it is asked, which a transaction does once, just before it writes.</summary>
internal sealed class HookedTime : TimeProvider
{
    public Action? OnNow { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        var hook = OnNow;
        OnNow = null;
        hook?.Invoke();
        return base.GetUtcNow();
    }
}
