using Granary.Grains.Accounts;
using Granary.Grains.Git;
using Granary.Grains.Storage;
using Granary.Grains.Tests.Git;
using Granary.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using static Granary.Grains.Tests.Git.TestRepository;

namespace Granary.Grains.Tests.Repositories;

/// <summary>Two clusters that know nothing of each other serve one repository on one volume: the worst that a partition can do.</summary>
public sealed class TwoActivationsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<InProcessTestCluster> _clusters = [];
    private RepositoryClient[] _ways = [];
    private ObjectId[] _commits = [];

    public async ValueTask InitializeAsync()
    {
        var volume = _folder.File("data");
        Directory.CreateDirectory(volume);
        var id = RepositoryId.New();
        foreach (var name in new[] { "one", "two" })
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Granary:DataPath", volume)]).Build();
            var builder = new InProcessTestClusterBuilder(1);
            builder.Options.ClusterId = "granary-" + name;
            builder.ConfigureSilo((_, silo) =>
            {
                silo.AddGranarySqliteStorage(options => options.Path = _folder.File(name + ".sqlite"));
                silo.AddGranaryAccounts(configuration);
                silo.Services.AddGranaryGit(configuration, volume);
            });
            var cluster = builder.Build();
            _clusters.Add(cluster);
            await cluster.DeployAsync();
            var way = new RepositoryClient(((InProcessSiloHandle)cluster.Silos[0]).ServiceProvider, id);
            await way.CreateAsync();
            _ways = [.. _ways, way];
        }

        Paths = new RepositoryLayout(volume).Of(id);
        var source = _folder.File("source.git");
        _commits = Packs.MakeSource(source, 150);
        await _ways[0].PushAsync(Packs.Make(source, false, "main"), Update("main", null, _commits[^1]));
    }

    private RepositoryPaths Paths { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters) await cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Push_ThirtyTwoWorkersThroughBoth_LosesNothingAndReadsNothingStale()
    {
        Assert.Equal(_commits[^1], await _ways[1].FindAsync("main"));
        var race = new Race(_ways, _commits);
        await race.RunAsync(workers: 32, rounds: 6);
        await race.CheckAsync(Paths);
    }

    [Fact]
    public async Task Push_WithPacksThroughBoth_LeavesACompleteRepository()
    {
        var sources = new[] { _folder.File("left.git"), _folder.File("right.git") };
        await Task.WhenAll(sources.Select(async (source, i) =>
        {
            var commits = Packs.MakeSource(source, 10);
            var old = default(ObjectId?);
            for (var c = 0; c < commits.Length; c++)
            {
                string[] revisions = old is null ? [commits[c].ToString()] : [commits[c].ToString(), "^" + old];
                var outcome = await _ways[i].PushAsync(Packs.Make(source, old is not null, revisions), Update("side-" + i, old, commits[c]));
                Assert.Equal(RefUpdateStatus.Ok, outcome.Results.Single().Status);
                Assert.Equal(commits[c], await _ways[1 - i].FindAsync("side-" + i));
                old = commits[c];
            }
        }));
        GitProgram.Run(Paths.Root, "fsck", "--full", "--strict");
        Assert.Empty(Directory.GetFileSystemEntries(Paths.Quarantines));
        Assert.Equal(Enumerable.Range(1, 21).Select(static i => (long)i), JournalLines.Intents(Paths.Journal));
    }
}
