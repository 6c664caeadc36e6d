using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

[Collection(WebhookServerCollection.Name)]
public sealed class ManyRefsTests(WebhookServer fixture)
{
    private const int Tags = 500;

    [Fact]
    public async Task Push_500Tags_IsOneEventOfEachKind()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await repository.PushAsync();
        await using var receiver = await Receiver.StartAsync();
        await repository.HookAsync(new { url = receiver.Url, events = new[] { "push", "tag-created", "branch-created" } });
        await repository.Git.FeedAsync(string.Concat(Enumerable.Range(0, Tags).Select(static i => $"create refs/tags/v{i} HEAD\n")), "update-ref", "--stdin");
        await repository.Git.RunAsync("push", "-q", "--tags", "origin");
        await Until.HoldsAsync("both arrive", () => receiver.All.Count >= 2, TimeSpan.FromSeconds(10));

        // What follows arrives after all that came of the tags.
        await repository.PushAsync();
        await Until.HoldsAsync("the next push arrives", () => receiver.All[^1].Json.GetProperty("changeCount").GetInt32() == 1);
        Assert.Equal(["push", "tag-created", "push"], receiver.All.Select(static r => r.Event));
        Assert.All(receiver.All.Take(2), static r =>
        {
            Assert.Equal(Tags, r.Json.GetProperty("changeCount").GetInt32());
            Assert.Equal(Tags, r.Json.GetProperty("changes").EnumerateArray().Select(static c => c.GetProperty("name").GetString()).Distinct().Count());
        });
    }

    [Fact]
    public async Task Push_RefPatterns_TellOnlyOfWhatMatches()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        await repository.HookAsync(new { url = receiver.Url, refPatterns = new[] { "release/*" }, events = new[] { "push", "branch-created", "branch-deleted" } });
        await repository.PushAsync();
        await repository.Git.RunAsync("push", "-q", "origin", "HEAD:refs/heads/release/1", "HEAD:refs/heads/other", "HEAD:refs/tags/v1");
        await repository.Git.RunAsync("push", "-q", "origin", ":refs/heads/release/1");
        await Until.HoldsAsync("they arrive", () => receiver.All.Count == 4);
        Assert.Equal(["push", "branch-created", "push", "branch-deleted"], receiver.All.Select(static r => r.Event));
        Assert.All(receiver.All, static r => Assert.Equal(
            "refs/heads/release/1", Assert.Single(r.Json.GetProperty("changes").EnumerateArray()).GetProperty("ref").GetString()));
    }
}
