using System.Globalization;
using System.Net;
using System.Text.Json;
using Granary.Grains.Hooks.Webhooks;
using Granary.Grains.Hooks.Webhooks.Sending;
using Granary.Hooks.Webhooks;
using Granary.Projects;
using Granary.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>The server connects to no address that it should not, in whatever form and by whatever way it is led there.</summary>
[Collection(StrictServerCollection.Name)]
public sealed class AddressTests(StrictServer fixture)
{
    [Fact]
    public async Task Addresses_ReservedInAnyForm_AreNeverConnectedTo()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var trap = Trap.Start();
        string[] hosts =
        [
            "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "0.0.0.0", "0", "127.0.0.2",
            "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
            "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]",
            "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "[2001:db8::1]",
            "[2002:7f00:1::]", "①②⑦.0.0.1", "localhost.",
        ];
        foreach (var host in hosts)
        {
            var created = await fixture.Server.Admin.SendAsync(
                HttpMethod.Post, $"{repository.Path}/webhooks", new { url = string.Create(CultureInfo.InvariantCulture, $"http://{host}:{trap.Port}/") });
            if (created.Status == HttpStatusCode.BadRequest) continue;
            var hook = $"{repository.Path}/webhooks/{created.Json.GetProperty("webhookId").GetString()}";
            var attempt = await repository.PingAsync(hook);
            var outcome = Text(attempt, "outcome");

            // A form that the resolver does not know is an unknown name.
            Assert.True(
                outcome == "REFUSED" ? Text(attempt, "error").Contains("does not connect", StringComparison.Ordinal) : Text(attempt, "error").Contains("not known", StringComparison.Ordinal),
                $"{host}: {attempt}");
            await fixture.Server.Admin.DeleteAsync(hook);
        }

        Assert.Equal(0, trap.Connections);
        Assert.Contains("No connection to 169.254.169.254 was made", fixture.Server.Output, StringComparison.Ordinal);
        Assert.Contains("No connection to 127.0.0.2 was made", fixture.Server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_OfAnAllowedNetwork_AreConnectedTo()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        var attempt = await repository.PingAsync(await repository.HookAsync(new { url = receiver.Url }));
        Assert.Equal("DELIVERED", Text(attempt, "outcome"));
        Assert.Equal("ping", Assert.Single(receiver.All).Event);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("//127.0.0.2:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    public async Task Redirect_ToAReservedAddress_IsNotFollowed(string target)
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var trap = Trap.Start();
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.Redirect;
            context.Response.Headers.Location = string.Format(CultureInfo.InvariantCulture, target, trap.Port);
            return Task.CompletedTask;
        };
        var attempt = await repository.PingAsync(await repository.HookAsync(new { url = receiver.Url }));
        Assert.Equal("REFUSED", Text(attempt, "outcome"));
        Assert.Contains("does not connect", Text(attempt, "error"), StringComparison.Ordinal);
        Assert.Equal((1, 0), (receiver.All.Count, trap.Connections));
    }

    [Fact]
    public async Task Redirect_WithinTheAllowedNetwork_TakesTheSameRequestThereWithoutTheUsersHeaders()
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var second = await Receiver.StartAsync(StrictServer.Allowed);
        await using var first = await Receiver.StartAsync(StrictServer.Allowed);
        first.Answer = (context, _) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.PermanentRedirect;
            context.Response.Headers.Location = second.Url + "/there";
            return Task.CompletedTask;
        };
        var hook = await repository.HookAsync(new { url = first.Url, secret = "s", headers = new[] { new { name = "Authorization", value = "Bearer x" } } });
        Assert.Equal("DELIVERED", Text(await repository.PingAsync(hook), "outcome"));
        var (sent, followed) = (Assert.Single(first.All), Assert.Single(second.All));
        Assert.Equal((sent.Delivery, "/there"), (followed.Delivery, followed.Path));
        Assert.Equal(sent.Body, followed.Body);
        Assert.True(followed.IsSignedWith("s"));
        Assert.Equal((true, false), (sent.Headers.ContainsKey("Authorization"), followed.Headers.ContainsKey("Authorization")));
    }

    [Theory]
    [InlineData("/again", "REJECTED", "more than 3 redirects")]
    [InlineData("file:///etc/passwd", "REFUSED", "not http or https")]
    [InlineData("http://user:secret@127.0.0.9/", "REFUSED", "a login in it")]
    [InlineData("http://[", "REJECTED", "status 302")]
    [InlineData("//[", "REJECTED", "status 302")]
    public async Task Redirect_ThatCannotBeFollowed_IsSaidToBeSo(string location, string outcome, string error)
    {
        using var repository = await HookedRepository.CreateAsync(fixture.Server);
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed);
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.Redirect;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        };
        var attempt = await repository.PingAsync(await repository.HookAsync(new { url = receiver.Url }));
        Assert.Equal(outcome, Text(attempt, "outcome"));
        Assert.Contains(error, Text(attempt, "error"), StringComparison.Ordinal);
    }

    /// <summary>The name leads to the allowed receiver the first time, and to the trap from then on.</summary>
    [Fact]
    public async Task Name_LeadsElsewhereTheSecondTime_EachConnectionIsJudgedByWhereItGoes()
    {
        await using var trap = Trap.Start();
        await using var receiver = await Receiver.StartAsync(StrictServer.Allowed, trap.Port);
        receiver.Answer = static (context, _) =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };
        var lookups = 0;
        var options = Options.Create(new WebhookOptions { AllowedNetworks = { StrictServer.Allowed + "/32" } });
        using var http = new WebhookHttp(
            options, NullLogger<WebhookHttp>.Instance,
            (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref lookups) == 1 ? IPAddress.Parse(StrictServer.Allowed) : IPAddress.Loopback]));
        var sender = new WebhookSender(http, options, TimeProvider.System);
        var hook = new StoredHook
        {
            Id = Guid.NewGuid(),
            Owner = new WebhookOwner(ProjectKey.Parse("DEMO"), null),
            Url = string.Create(CultureInfo.InvariantCulture, $"http://rebinding.example.org:{trap.Port}/"),
            CreatedAt = DateTimeOffset.UtcNow,
        };
        var delivery = new WebhookDelivery(
            Guid.NewGuid(), hook.Id, WebhookEvents.Ping, null, null, WebhookDeliveryState.Waiting, hook.CreatedAt, null, 0, 1);
        var first = await sender.SendAsync(hook, delivery, "{}"u8.ToArray(), CancellationToken.None);
        Assert.Equal((WebhookOutcome.Delivered, 1), (first.Outcome, lookups));
        var second = await sender.SendAsync(hook, delivery, "{}"u8.ToArray(), CancellationToken.None);
        Assert.Equal((WebhookOutcome.Refused, 2), (second.Outcome, lookups));
        Assert.Equal((1, 0), (receiver.All.Count, trap.Connections));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
