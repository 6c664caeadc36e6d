using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Tests.Projects;

/// <summary>Where imports go: nobody finds it before the end, and whatever becomes of one, the next can begin.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ImportPlaceTests(ClusterFixture cluster) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NewRepository New = new(RepositoryName.Parse("hello"));

    private IProjectGrain _project = null!;

    public async ValueTask InitializeAsync() => _project = await cluster.CreateProjectAsync(ClusterFixture.NewProjectKey(), false);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Import_Complete_HasItsNameFromThenOn()
    {
        var place = await BeginAsync();
        Assert.True(place.IsNew);
        Assert.Null(await FindAsync());
        Assert.Equal("hello", (await _project.CompleteImportAsync(Caller.System, New.Name, place.Id, None)).Value!.Name.Value);
        Assert.Equal(place.Id, (await FindAsync())!.Id);

        // Its answer was lost: the same again.
        Assert.True((await _project.CompleteImportAsync(Caller.System, New.Name, place.Id, None)).IsDone);
        await _project.AbandonImportAsync(New.Name, place.Id, None);
        Assert.Equal(place.Id, (await FindAsync())!.Id);
    }

    [Fact]
    public async Task Import_Abandoned_IsGone()
    {
        var place = await BeginAsync();
        await _project.AbandonImportAsync(New.Name, place.Id, None);
        Assert.True(await cluster.Grains.GetRepository(place.Id).PurgeAsync(DateTimeOffset.MaxValue, None));
        Assert.Null(await FindAsync());
        Assert.Null(await cluster.Grains.GetRepository(place.Id).GetInfoAsync(None));
        Assert.Equal(RefusalKind.FailedPrecondition, (await _project.CompleteImportAsync(Caller.System, New.Name, place.Id, None)).Refusal!.Kind);
    }

    [Fact]
    public async Task Import_BegunAgain_TakesThePlaceOfOneThatWasCutOff()
    {
        var first = await BeginAsync();
        var second = await BeginAsync();
        Assert.NotEqual(first.Id, second.Id);
        Assert.NotNull((await cluster.Grains.GetRepository(first.Id).GetInfoAsync(None))!.DeletedAt);
        Assert.False((await _project.CompleteImportAsync(Caller.System, New.Name, first.Id, None)).IsDone);
        await _project.AbandonImportAsync(New.Name, first.Id, None);
        Assert.True((await _project.CompleteImportAsync(Caller.System, New.Name, second.Id, None)).IsDone);
        Assert.Equal(second.Id, (await FindAsync())!.Id);
    }

    [Fact]
    public async Task Import_ToARepositoryThatIsThere_GoesIntoIt()
    {
        var created = (await _project.CreateRepositoryAsync(Caller.System, New, None)).Value!;
        Assert.Equal(new ImportPlace(created.Id, IsNew: false), await BeginAsync());
    }

    [Fact]
    public async Task Import_NameTakenMeanwhile_IsRefusedAndTheOtherStays()
    {
        var other = (await _project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse("other")), None)).Value!;
        var place = await BeginAsync();
        Assert.True((await _project.RenameRepositoryAsync(Caller.System, other.Name, New.Name, None)).IsDone);
        Assert.False((await _project.CompleteImportAsync(Caller.System, New.Name, place.Id, None)).IsDone);
        await _project.AbandonImportAsync(New.Name, place.Id, None);
        Assert.True(await cluster.Grains.GetRepository(place.Id).PurgeAsync(DateTimeOffset.MaxValue, None));
        Assert.Equal(other.Id, (await FindAsync())!.Id);
    }

    [Fact]
    public async Task Import_UnderANameThatARepositoryHad_LeadsToTheNewOne()
    {
        var other = (await _project.CreateRepositoryAsync(Caller.System, New, None)).Value!;
        Assert.True((await _project.RenameRepositoryAsync(Caller.System, New.Name, RepositoryName.Parse("moved"), None)).IsDone);
        var place = await BeginAsync();
        Assert.Equal(other.Id, (await FindAsync())!.Id);
        Assert.True((await _project.CompleteImportAsync(Caller.System, New.Name, place.Id, None)).IsDone);
        Assert.Equal(place.Id, (await FindAsync())!.Id);
    }

    [Fact]
    public async Task Import_WhoMayNotCreateRepositories_GetsNoPlace()
    {
        var member = await cluster.CreateUserAsync(ClusterFixture.NewName());
        await _project.SetMemberAsync(Caller.System, member.User!.Value, ProjectRole.Member, None);
        Assert.Equal(RefusalKind.PermissionDenied, (await _project.BeginImportAsync(member, New, None)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await _project.BeginImportAsync(Caller.Anonymous, New, None)).Refusal!.Kind);
        var place = await BeginAsync();
        Assert.Equal(RefusalKind.PermissionDenied, (await _project.CompleteImportAsync(member, New.Name, place.Id, None)).Refusal!.Kind);
        Assert.Null(await FindAsync());
    }

    private async Task<ImportPlace> BeginAsync() => (await _project.BeginImportAsync(Caller.System, New, None)).Value!;

    private ValueTask<RepositoryAccess?> FindAsync() => _project.ResolveRepositoryAsync(Caller.System, New.Name, None);
}
