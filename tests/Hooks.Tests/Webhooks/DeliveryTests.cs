using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>From a push by git to a receiver, on the built server.</summary>
[Collection(WebhookServerCollection.Name)]
public sealed class DeliveryTests(WebhookServer fixture)
{
    [Fact]
    public async Task Push_OneHook_ArrivesSignedWithItsHeaders()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        var hook = await repository.HookAsync(new
        {
            url = receiver.Url + "/hooks/push",
            secret = "a secret ü",
            headers = new[] { new { name = "Authorization", value = "Bearer of-the-receiver" } },
        });
        var commit = await repository.PushAsync();
        await Until.HoldsAsync("it arrives", () => receiver.All.Count == 1);
        var got = receiver.All[0];
        Assert.Equal(("/hooks/push", "push", "application/json; charset=utf-8"), (got.Path, got.Event, got.Headers["Content-Type"]));
        Assert.True(got.IsSignedWith("a secret ü"));
        Assert.Equal("Bearer of-the-receiver", got.Headers["Authorization"]);
        Assert.Equal(got.Delivery, got.Json.GetProperty("delivery").GetString());
        Assert.Equal(GranaryServer.AdminName, got.Json.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal($"{fixture.Server.Url}/{repository.Project}/hello.git", got.Json.GetProperty("repository").GetProperty("url").GetString());
        var change = Assert.Single(got.Json.GetProperty("changes").EnumerateArray());
        Assert.Equal(("refs/heads/main", "branch", "main", "created", commit), (Text(change, "ref"), Text(change, "type"), Text(change, "name"), Text(change, "change"), Text(change, "new")));
        await Until.HoldsAsync("it is logged", async () => Text((await repository.DeliveriesAsync(hook))[0], "state") == "DELIVERED");
        var details = await fixture.Server.Admin.GetAsync($"{hook}/deliveries/{got.Delivery}");
        Assert.Equal(System.Text.Encoding.UTF8.GetString(got.Body), Text(details, "payload"));
        var attempt = Assert.Single(details.GetProperty("attempts").EnumerateArray());
        Assert.Equal((200, "DELIVERED"), (attempt.GetProperty("status").GetInt32(), Text(attempt, "outcome")));
        Assert.DoesNotContain("of-the-receiver", details.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("of-the-receiver", (await fixture.Server.Admin.GetAsync(hook)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_HooksOfRepositoryAndProject_BothGetIt()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync();
        await repository.HookAsync(new { url = receiver.Url + "/repository" });
        await repository.HookAsync(new { url = receiver.Url + "/project" }, ofProject: true);
        await repository.PushAsync();
        await Until.HoldsAsync("both arrive", () => receiver.All.Count == 2);
        Assert.Equal(["/project", "/repository"], receiver.All.Select(static r => r.Path).Order());
        Assert.Equal(2, receiver.All.Select(static r => r.Delivery).Distinct().Count());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
