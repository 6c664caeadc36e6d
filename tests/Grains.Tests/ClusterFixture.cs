using Granary.Accounts;
using Granary.Grains.Accounts;
using Granary.Grains.Git;
using Granary.Grains.Projects;
using Granary.Grains.Repositories;
using Granary.Grains.Storage;
using Granary.Grains.Tests.Projects;
using Granary.Grains.Tests.Repositories;
using Granary.Projects;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Granary.Grains.Tests;

[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "cluster";
}

/// <summary>Two silos on one SQLite file, and a clock that tests set forward.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private InProcessTestCluster? _cluster;

    public ShiftedTime Clock { get; } = new();

    public InProcessTestCluster Cluster => _cluster!;

    public IGrainFactory Grains => Cluster.Client;

    internal string Folder => _folder.Path;

    internal FailingCreations FailingCreations { get; } = new();

    internal RemovedRecords Removed { get; } = new();

    internal ToldRenamings Renamings { get; } = new();

    public IServiceProvider Services(int silo) => ((InProcessSiloHandle)Cluster.Silos[silo]).ServiceProvider;

    public async ValueTask InitializeAsync()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Granary:DataPath", _folder.Path)])
            .Build();
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Clock);
            silo.AddGranarySqliteStorage(options => options.Path = Path.Combine(_folder.Path, SqliteStorageOptions.FileName));
            silo.AddGranaryAccounts(configuration);
            silo.Services.AddGranaryGit(configuration, _folder.Path);
            silo.Services.AddSingleton<IRepositoryRecords>(Removed);
            silo.Services.AddSingleton<IRenamingObserver>(Renamings);
            silo.AddIncomingGrainCallFilter(FailingCreations);
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(20));
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Ends the activation, so that the next call reads what is on disk.</summary>
    public Task ForgetAsync(IAddressable grain) => Cluster.DeactivateAsync((IGrain)grain);

    internal static UserName NewName(string stem = "user") => UserName.Parse(stem + "-" + Guid.NewGuid().ToString("N")[..12]);

    internal static ProjectKey NewProjectKey() => ProjectKey.Parse("P" + Guid.NewGuid().ToString("N")[..12]);

    /// <summary>A user with everything its password would give.</summary>
    internal async Task<Caller> CreateUserAsync(UserName name, PasswordHash? password = null, bool administrator = false)
    {
        var created = await Grains.GetUser(name).CreateAsync(
            Caller.System, new NewUser(name, password, IsAdministrator: administrator), CancellationToken.None);
        Assert.Null(created.Refusal);
        return new Caller(name, created.Value!.UserId, administrator, AccessScope.Admin);
    }

    internal async Task<IProjectGrain> CreateProjectAsync(ProjectKey key, bool isPublic = false)
    {
        var project = Grains.GetProject(key);
        var created = await project.CreateAsync(Caller.System, new NewProject(key, IsPublic: isPublic), CancellationToken.None);
        Assert.Null(created.Refusal);
        return project;
    }
}

/// <summary>The real time, moved forward: timers go on as ever, so that Orleans does too.</summary>
public sealed class ShiftedTime : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);
}

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("granary-tests-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
