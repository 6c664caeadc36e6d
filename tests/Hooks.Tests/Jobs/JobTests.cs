using System.Net;
using Granary.Hooks.Tests.Webhooks;

namespace Granary.Hooks.Tests.Jobs;

[Collection(WebhookServerCollection.Name)]
public sealed class JobTests(WebhookServer fixture)
{
    [Theory]
    [InlineData("mail")]
    [InlineData("..%2Fmail")]
    [InlineData("Webhook")]
    public async Task Pause_UnknownKind_IsNotFoundAndLeavesNoTrace(string kind)
    {
        var reply = await fixture.Server.Admin.SendAsync(HttpMethod.Post, $"server/job-kinds/{kind}/pause", new { });
        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        var name = kind.Split('F')[^1];
        Assert.False(File.Exists(Path.Combine(fixture.Server.DataPath, "paused", name)) || File.Exists(Path.Combine(fixture.Server.DataPath, name)));
    }

    [Fact]
    public async Task Pause_NoAdministrator_IsRefused()
    {
        await fixture.Server.Admin.CreateUserAsync("pauser", "the password of pauser");
        using var user = fixture.Server.Admin.As("pauser", "the password of pauser");
        foreach (var path in new[] { "server/job-kinds/webhook/pause", "server/job-kinds/webhook/resume" })
            Assert.Equal(HttpStatusCode.Forbidden, (await user.SendAsync(HttpMethod.Post, path, new { })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await user.SendAsync(HttpMethod.Get, "server/job-kinds")).Status);
    }
}
