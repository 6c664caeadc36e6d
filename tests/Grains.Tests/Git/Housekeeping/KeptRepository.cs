using Granary.Grains.Git.Housekeeping;
using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Git.Housekeeping;

/// <summary>A repository with packs as pushes leave them, and its housekeeper on a clock of the test.</summary>
internal sealed class KeptRepository : IDisposable
{
    private readonly BlockingWork _files = new(2);
    private int _commits;

    public KeptRepository()
    {
        Time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        Housekeeper = NewHousekeeper();
    }

    public TestRepository Repository { get; } = new();

    public FakeTimeProvider Time { get; }

    public HousekeepingOptions Options { get; } = new() { Threads = 1 };

    public Housekeeper Housekeeper { get; }

    public RepositoryId Id => Repository.Id;

    /// <summary>Names of packs, those that wait to be removed included.</summary>
    public string[] Packs => [.. Directory.GetFiles(Repository.Paths.ObjectPacks, "pack-*.pack").Select(Path.GetFileNameWithoutExtension).Order()!];

    /// <summary>Names of packs that git sees by their index.</summary>
    public string[] IndexedPacks => [.. Directory.GetFiles(Repository.Paths.ObjectPacks, "pack-*.idx").Select(Path.GetFileNameWithoutExtension).Order()!];

    /// <summary>Everything that a run may not leave: staging, temporary files, locks.</summary>
    public string[] Rests =>
    [
        .. Directory.GetFiles(Repository.Paths.Objects, "tmp_*", SearchOption.AllDirectories),
        .. Directory.GetFiles(Repository.Paths.Objects, "*.lock", SearchOption.AllDirectories),
        .. Directory.Exists(Repository.Paths.Repacking) ? Directory.GetFiles(Repository.Paths.Repacking, "*", SearchOption.AllDirectories) : [],
    ];

    /// <summary>Another silo's on the same volume.</summary>
    public Housekeeper NewHousekeeper()
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var run = new MaintenanceRun(new Repacker(Repository.Command, Options), _files, options, Repository.OptionsWrapper, Time);
        return new Housekeeper(run, new HousekeepingSchedule(options), Repository.Layout, _files, options, Time, NullLogger<Housekeeper>.Instance);
    }

    /// <summary>One pack with so many commits on main, each with a file of its own.</summary>
    public void AddPack(int commits)
    {
        var script = new System.Text.StringBuilder();
        for (var i = 0; i < commits; i++)
        {
            var n = _commits++;
            var content = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"content of {n}");
            var from = i == 0 && n > 0 ? "from refs/heads/main^0\n" : "";
            script.Append(System.Globalization.CultureInfo.InvariantCulture, $"commit refs/heads/main\ncommitter A <a@example.com> {1700000000 + n} +0000\ndata 1\nx\n{from}M 644 inline f{n}\ndata {content.Length}\n{content}\n");
        }

        GitProgram.Feed(Repository.Paths.Root, script.ToString(), "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet");
    }

    /// <summary>Objects that a clone gets.</summary>
    public long Clone()
    {
        using var folder = new TemporaryFolder();
        GitProgram.Run(folder.Path, "clone", "--quiet", "--bare", "--no-local", Repository.Paths.Root, "clone.git");
        return long.Parse(
            GitProgram.Run(folder.File("clone.git"), "rev-list", "--objects", "--all", "--count"), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Fsck() => Repository.Git("fsck", "--full", "--strict");

    public void Dispose()
    {
        Housekeeper.Dispose();
        _files.Dispose();
        Repository.Dispose();
    }
}
