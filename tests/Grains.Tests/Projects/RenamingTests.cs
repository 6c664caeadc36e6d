using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Grains.Tests.Projects;

[Collection(ClusterCollection.Name)]
public sealed class RenamingTests(ClusterFixture cluster)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Rename_Done_IsToldOnceAndNotAgainAfterARestart()
    {
        var (project, id) = await CreateAsync("one");
        await RenameAsync(project, "one", "two");
        await RenameAsync(project, "two", "two");
        await cluster.ForgetAsync(project);
        Assert.NotNull(await project.ResolveRepositoryAsync(Caller.System, RepositoryName.Parse("two"), None));
        var told = Assert.Single(cluster.Renamings.Of(id));
        Assert.Equal(("one", "two", 2), (told.OldName.Value, told.NewName.Value, told.Revision));
    }

    /// <summary>As after a crash between the renaming and the telling.</summary>
    [Fact]
    public async Task Rename_CannotBeTold_IsDoneAndToldWhenTheProjectIsNextInMemory()
    {
        var (project, id) = await CreateAsync("one");
        cluster.Renamings.Fail(id, true);
        await RenameAsync(project, "one", "two");
        await RenameAsync(project, "two", "three");
        Assert.Empty(cluster.Renamings.Of(id));
        cluster.Renamings.Fail(id, false);
        await cluster.ForgetAsync(project);
        Assert.Equal(id, (await project.ResolveRepositoryAsync(Caller.System, RepositoryName.Parse("three"), None))?.Id);
        Assert.Equal([("one", "two", 2), ("two", "three", 3)], cluster.Renamings.Of(id).Select(static r => (r.OldName.Value, r.NewName.Value, r.Revision)));
    }

    private static async Task RenameAsync(IProjectGrain project, string from, string to) => Assert.Equal(
        to, (await project.RenameRepositoryAsync(Caller.System, RepositoryName.Parse(from), RepositoryName.Parse(to), None)).Value?.Name.Value);

    private async Task<(IProjectGrain Project, RepositoryId Id)> CreateAsync(string repository)
    {
        var project = await cluster.CreateProjectAsync(ClusterFixture.NewProjectKey());
        var created = await project.CreateRepositoryAsync(Caller.System, new NewRepository(RepositoryName.Parse(repository)), None);
        return (project, created.Value!.Id);
    }
}
