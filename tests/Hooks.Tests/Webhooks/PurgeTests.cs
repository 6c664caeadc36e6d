using Granary.Grains.Hooks.Webhooks;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Grains.Hooks.Webhooks.Storage;
using Granary.Hooks.Webhooks;
using Granary.Projects;
using Granary.Repositories;
using Granary.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>The file of webhooks when a repository is purged, and when its log is old.</summary>
public sealed class PurgeTests
{
    private static readonly ProjectKey Project = ProjectKey.Parse("DEMO");

    [Fact]
    public async Task RemoveRepository_ItsOwnHookAndItsProjects_LeavesNothingOfTheRepositoryAndAllOfOthers()
    {
        using var folder = new TemporaryFolder();
        await using var file = await OpenAsync(folder);
        var (gone, stays) = (RepositoryId.New(), RepositoryId.New());
        var (own, project) = (Hook(gone), Hook(null));
        await file.WriteAsync(session =>
        {
            foreach (var hook in new[] { own, project }) session.Hooks.Put(hook);
            Add(session, own, gone);
            Add(session, project, gone);
            Add(session, project, stays);
        });
        await file.RemoveAsync(gone, CancellationToken.None);
        await file.ReadAsync(session =>
        {
            Assert.Null(session.Hooks.Find(own.Id));
            Assert.NotNull(session.Hooks.Find(project.Id));
            Assert.Empty(session.Deliveries.List(own.Id, null, 10));
            var delivery = Assert.Single(session.Deliveries.List(project.Id, null, 10));
            Assert.Equal(stays, delivery.Info.Repository);
            Assert.Single(session.Attempts.List(delivery.Info.Id));
            Assert.Equal((null, null), (session.Cursors.Find(own.Id, gone), session.Cursors.Find(project.Id, gone)));
            Assert.NotNull(session.Cursors.Find(project.Id, stays));
            Assert.DoesNotContain(session.Lanes.ReadDue(DateTimeOffset.MaxValue, [], 10), lane => lane.Hook == own.Id);
            return true;
        });
    }

    [Fact]
    public async Task RemoveAged_EndedBeforeTheLimit_GoesAndWhatWaitsStays()
    {
        using var folder = new TemporaryFolder();
        await using var file = await OpenAsync(folder);
        var (repository, hook) = (RepositoryId.New(), Hook(null));
        var ended = await file.WriteAsync(session =>
        {
            session.Hooks.Put(hook);
            Add(session, hook, repository);
            var id = Add(session, hook, repository);
            session.Deliveries.End(id, WebhookDeliveryState.Delivered, DateTimeOffset.UnixEpoch);
            return id;
        });
        Assert.False(await file.WriteAsync(session => session.Removals.RemoveAged(DateTimeOffset.UnixEpoch.AddMilliseconds(-1), 10)));
        Assert.Equal(2, await file.ReadAsync(session => session.Deliveries.List(hook.Id, null, 10).Count));
        await file.WriteAsync(session => session.Removals.RemoveAged(DateTimeOffset.UnixEpoch, 10));
        await file.ReadAsync(session =>
        {
            Assert.NotEqual(ended, Assert.Single(session.Deliveries.List(hook.Id, null, 10)).Info.Id);
            Assert.Empty(session.Attempts.List(ended));
            return true;
        });
    }

    private static StoredHook Hook(RepositoryId? repository) => new()
    {
        Id = Guid.NewGuid(),
        Owner = new WebhookOwner(Project, repository),
        Url = "http://receiver.example.org/",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>A delivery that waits, with an attempt, a cursor and a lane; its id.</summary>
    private static Guid Add(WebhookSession session, StoredHook hook, RepositoryId repository)
    {
        var delivery = new NewDelivery(Guid.NewGuid(), hook.Id, repository, 1, WebhookEvents.Push, [1]);
        Intake.Take(session, hook.Id, repository, 1, [delivery], DateTimeOffset.UnixEpoch, new WebhookOptions());
        session.Deliveries.Add(delivery, Lane.Fresh, DateTimeOffset.UnixEpoch);
        session.Attempts.Add(
            delivery.Id,
            new WebhookAttempt(1, DateTimeOffset.UnixEpoch, TimeSpan.Zero, WebhookOutcome.Failed, null, null, hook.Url, [], [], new byte[] { 1 }, false), 10);
        return delivery.Id;
    }

    private static async Task<WebhookFile> OpenAsync(TemporaryFolder folder)
    {
        var file = new WebhookFile(folder["webhooks.db"], NullLogger<WebhookFile>.Instance);
        await file.OpenAsync();
        return file;
    }
}
