using Granary.Grains.Accounts;
using Granary.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Granary.Grains.Tests.Storage;

[Collection(ClusterCollection.Name)]
public sealed class SqliteGrainStorageTests(ClusterFixture cluster)
{
    private readonly GrainId _grain = GrainId.Create("granary.test", Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Write_FromAnotherSilo_StaleOneIsInconsistentAndUnchanged()
    {
        var (first, second) = (Storage(0), Storage(1));
        var mine = Slot("mine");
        await first.WriteStateAsync("state", _grain, mine);
        var theirs = Slot("");
        await second.ReadStateAsync("state", _grain, theirs);
        Assert.Equal("mine", theirs.State.DisplayName);
        theirs.State = new UserState { DisplayName = "theirs" };
        await second.WriteStateAsync("state", _grain, theirs);
        var etag = mine.ETag;
        await Assert.ThrowsAsync<InconsistentStateException>(() => first.WriteStateAsync("state", _grain, mine));
        await Assert.ThrowsAsync<InconsistentStateException>(() => first.ClearStateAsync("state", _grain, mine));
        await Assert.ThrowsAsync<InconsistentStateException>(() => first.WriteStateAsync("state", _grain, Slot("new")));
        Assert.Equal(etag, mine.ETag);
        await first.ReadStateAsync("state", _grain, mine);
        Assert.Equal("theirs", mine.State.DisplayName);
    }

    [Fact]
    public async Task Clear_ThenRead_IsAsIfNeverWritten()
    {
        var state = Slot("mine");
        await Storage(0).WriteStateAsync("state", _grain, state);
        await Storage(0).ClearStateAsync("state", _grain, state);
        Assert.Equal((null, false), (state.ETag, state.RecordExists));
        await Storage(1).ReadStateAsync("state", _grain, state);
        Assert.Equal(("", null, false), (state.State.DisplayName, state.ETag, state.RecordExists));
        await Storage(1).WriteStateAsync("state", _grain, state);
    }

    [Fact]
    public async Task Ping_OpenStorage_Answers()
    {
        for (var silo = 0; silo < 2; silo++)
            await cluster.Services(silo).GetRequiredService<IStorageHealth>().PingAsync(CancellationToken.None);
    }

    private static Slot<UserState> Slot(string name) => new(new UserState { DisplayName = name });

    private IGrainStorage Storage(int silo) => cluster.Services(silo).GetRequiredService<IGrainStorage>();
}
