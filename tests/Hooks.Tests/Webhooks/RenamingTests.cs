using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

[Collection(WebhookServerCollection.Name)]
public sealed class RenamingTests(WebhookServer fixture)
{
    [Fact]
    public async Task Rename_HooksThatAskForIt_AreToldOnceEachWithBothNames()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var id = (await fixture.Server.Admin.GetAsync(repository.Path)).GetProperty("repositoryId").GetString();
        foreach (var ofProject in new[] { false, true })
            await repository.HookAsync(new { url = $"{receiver.Url}/{(ofProject ? "project" : "repository")}", events = new[] { "repository-renamed" } }, ofProject);
        await repository.HookAsync(new { url = receiver.Url + "/push" });
        await fixture.Server.Admin.PostAsync($"{repository.Path}/rename", new { newName = "world" });
        await fixture.Server.Admin.PostAsync($"projects/{repository.Project}/repositories/world/rename", new { newName = "World" });

        // The same name again is no renaming.
        await fixture.Server.Admin.PostAsync($"projects/{repository.Project}/repositories/world/rename", new { newName = "World" });
        await repository.PushAsync();
        await Until.HoldsAsync("all arrive", () => receiver.All.Count == 5);
        foreach (var place in new[] { "/project", "/repository" })
        {
            var told = receiver.All.Where(r => r.Path == place).ToList();
            Assert.Equal([("hello", "world"), ("world", "World")], told.Select(static r => (
                r.Json.GetProperty("oldName").GetString(), r.Json.GetProperty("repository").GetProperty("name").GetString())));
            Assert.All(told, r => Assert.Equal(("repository-renamed", id), (r.Event, r.Json.GetProperty("repository").GetProperty("id").GetString())));
            Assert.Equal($"{fixture.Server.Url}/{repository.Project}/world.git", told[0].Json.GetProperty("repository").GetProperty("url").GetString());
        }

        Assert.Equal("World", Assert.Single(receiver.All, static r => r.Event == "push").Json.GetProperty("repository").GetProperty("name").GetString());
    }
}
