using Granary.Accounts;
using Granary.Git;
using Granary.Grains.Tests.Git;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Grains.Tests.Repositories;

/// <summary>One repository as a frontend of one silo uses it.</summary>
internal sealed class RepositoryClient(IServiceProvider silo, RepositoryId id)
{
    public static readonly CancellationToken None = CancellationToken.None;

    public RepositoryId Id { get; } = id;

    public IRepositoryGrain Grain { get; } = silo.GetRequiredService<IGrainFactory>().GetRepository(id);

    public async Task<RepositoryInfo> CreateAsync(string? defaultBranch = null)
    {
        var created = await Grain.CreateAsync(
            ProjectKey.Parse("TEST"), new NewRepository(RepositoryName.Parse("r"), DefaultBranch: defaultBranch), None);
        return created.Value!;
    }

    public ValueTask<RefSnapshot> RefsAsync() => silo.GetRequiredService<IRefCache>().GetAsync(Id, None);

    public async Task<ObjectId?> FindAsync(string branch) => (await RefsAsync()).TryFind("refs/heads/" + branch, out var found) ? found : null;

    /// <summary>Moves refs among objects that are there.</summary>
    public async Task<PushOutcome> MoveAsync(params RefUpdate[] updates) =>
        await Grain.ApplyPushAsync(new PushRequest(Guid.NewGuid(), Caller.System, updates, Atomic: true, HasQuarantine: false, [], "test"), None);

    /// <summary>A push with a pack, all the way.</summary>
    public async Task<PushOutcome> PushAsync(byte[] pack, params RefUpdate[] updates)
    {
        var packs = silo.GetRequiredService<IPackReceiver>();
        var pushId = Guid.NewGuid();
        await using var quarantine = packs.Open(Id, pushId, new Granary.Git.Requester("test"));
        await quarantine.ReceiveAsync(Packs.Read(pack), null, None);
        var inspected = await quarantine.InspectAsync(await RefsAsync(), updates, None);
        Assert.All(inspected, static i => Assert.Null(i.Refusal));
        return await Grain.ApplyPushAsync(
            new PushRequest(pushId, Caller.System, [.. inspected.Select(static i => i.Update)], Atomic: false, quarantine.HasObjects, [], "test"), None);
    }
}
