using Granary.Accounts;
using Granary.Grains.Git;
using Granary.Grains.Git.Housekeeping;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Grains.Tests.Repositories;

/// <summary>Deleted repositories after their undo period.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PurgeTests(ClusterFixture cluster)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RepositoryName Name = RepositoryName.Parse("repo");

    private RepositoryLayout Layout => cluster.Services(0).GetRequiredService<RepositoryLayout>();

    [Fact]
    public async Task RemoveExpired_AfterTheUndoPeriod_LeavesNothingToBringBack()
    {
        var (project, id) = await CreateDeletedAsync();
        Assert.True(File.Exists(Path.Combine(Layout.Deleted, id.ToString())));
        await SweepAsync();
        Assert.True(Directory.Exists(Layout.Of(id).Root));

        cluster.Clock.Advance(TimeSpan.FromDays(8));
        await SweepAsync();
        Assert.False(Directory.Exists(Layout.Of(id).Root));
        Assert.False(File.Exists(Path.Combine(Layout.Deleted, id.ToString())));
        Assert.Empty(Directory.GetFileSystemEntries(Layout.Trash));
        await AssertGoneAsync(project, id);
        Assert.Equal(1, cluster.Removed.TimesOf(id));
        Assert.False(File.Exists(Layout.Of(id).PendingMarker));

        // Nor after the activation has ended, nor by a second sweep.
        await cluster.ForgetAsync(cluster.Grains.GetRepository(id));
        await SweepAsync();
        await AssertGoneAsync(project, id);
    }

    [Fact]
    public async Task RemoveExpired_RestoredInTime_IsLeftAlone()
    {
        var (project, id) = await CreateDeletedAsync();
        Assert.Null((await project.RestoreRepositoryAsync(Caller.System, id, null, None)).Refusal);
        Assert.False(File.Exists(Path.Combine(Layout.Deleted, id.ToString())));
        cluster.Clock.Advance(TimeSpan.FromDays(8));

        // Even when a crash had left the marker.
        RepositoryRemoval.Mark(Layout, id);
        File.SetLastWriteTimeUtc(Path.Combine(Layout.Deleted, id.ToString()), DateTime.UnixEpoch);
        await SweepAsync();
        Assert.NotNull(await cluster.Grains.GetRepository(id).GetInfoAsync(None));
        Assert.True(Directory.Exists(Layout.Of(id).Root));
        Assert.False(File.Exists(Path.Combine(Layout.Deleted, id.ToString())));
    }

    [Fact]
    public async Task RemoveExpired_CutOffAfterTheFilesMoved_IsEndedByTheNext()
    {
        var (project, id) = await CreateDeletedAsync();
        cluster.Clock.Advance(TimeSpan.FromDays(8));
        Assert.True(RepositoryRemoval.MoveAway(Layout, id, TimeSpan.FromSeconds(1)));
        await SweepAsync();
        Assert.Empty(Directory.GetFileSystemEntries(Layout.Trash));
        await AssertGoneAsync(project, id);
    }

    [Fact]
    public async Task RemoveExpired_WhatIsKeptElsewhereCannotBeRemoved_IsEndedByTheNext()
    {
        var (project, id) = await CreateDeletedAsync();
        cluster.Clock.Advance(TimeSpan.FromDays(8));
        cluster.Removed.Fail(times: 1);
        await SweepAsync();
        Assert.Equal(0, cluster.Removed.TimesOf(id));
        Assert.True(File.Exists(Path.Combine(Layout.Deleted, id.ToString())));
        await SweepAsync();
        Assert.Equal(1, cluster.Removed.TimesOf(id));
        await AssertGoneAsync(project, id);
    }

    [Fact]
    public async Task RemoveExpired_ProjectIsGone_RemovesItsRepositoriesToo()
    {
        var (project, id) = await CreateDeletedAsync();
        Assert.Null((await project.DeleteAsync(Caller.System, None)).Refusal);
        cluster.Clock.Advance(TimeSpan.FromDays(8));
        await SweepAsync();
        Assert.False(Directory.Exists(Layout.Of(id).Root));
    }

    private async Task<(IProjectGrain Project, RepositoryId Id)> CreateDeletedAsync()
    {
        var project = await cluster.CreateProjectAsync(ClusterFixture.NewProjectKey());
        var created = await project.CreateRepositoryAsync(Caller.System, new NewRepository(Name), None);
        var deleted = await project.DeleteRepositoryAsync(Caller.System, Name, None);
        Assert.Null(deleted.Refusal);
        return (project, created.Value!.Id);
    }

    private Task<int> SweepAsync() => cluster.Services(0).GetRequiredService<DeletedRepositories>().RemoveExpiredAsync(None);

    private async Task AssertGoneAsync(IProjectGrain project, RepositoryId id)
    {
        Assert.Equal(RefusalKind.NotFound, (await project.RestoreRepositoryAsync(Caller.System, id, null, None)).Refusal?.Kind);
        var repository = cluster.Grains.GetRepository(id);
        Assert.Null(await repository.GetInfoAsync(None));
        Assert.Equal(RefusalKind.NotFound, (await repository.SetDeletedAsync(null, None)).Refusal?.Kind);
        await Assert.ThrowsAsync<RepositoryUnavailableException>(() => repository.ReloadRefsAsync(default, None));
    }
}
