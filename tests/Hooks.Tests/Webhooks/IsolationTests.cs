using System.Globalization;
using Granary.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>Receivers that do their worst, beside one that does its best.</summary>
[Collection(WebhookServerCollection.Name)]
public sealed class IsolationTests(WebhookServer fixture)
{
    private const int Hosts = 40;

    private const int MostInBuffers = 64 << 20;

    private static readonly TimeSpan P95 = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Receivers_HangFailTrickleAndFlood_AHealthyOneGetsItsDeliveriesInTime()
    {
        using var bad = await HookedRepository.CreateAsync(fixture.Server);
        using var good = await HookedRepository.CreateAsync(fixture.Server);
        await using var hanging = await Receiver.StartAsync("0.0.0.0");
        await using var failing = await Receiver.StartAsync();
        await using var trickling = await Receiver.StartAsync();
        await using var flooding = new Flood();
        await using var healthy = await Receiver.StartAsync();
        hanging.Answer = static (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        failing.Answer = static (context, _) => Task.FromResult(context.Response.StatusCode = 500);
        trickling.Answer = static (context, _) => TrickleAsync(context);

        // Each is a host of its own to the server: more than half of its workers hang.
        var port = new Uri(hanging.Url).Port;
        var hung = "";
        for (var i = 0; i < Hosts; i++)
            hung = await bad.HookAsync(new { url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.1.{i + 1}:{port}/") });
        await bad.HookAsync(new { url = failing.Url });
        var trickled = await bad.HookAsync(new { url = trickling.Url });
        var cut = await bad.HookAsync(new { url = flooding.Url });
        await good.HookAsync(new { url = healthy.Url });

        const int count = 40;
        for (var i = 0; i < count; i++)
        {
            if (i % 4 == 0) await bad.PushAsync();
            await good.PushAsync();
        }

        await Until.HoldsAsync("all arrive", () => healthy.All.Count == count);
        var delays = healthy.All.Select(static r => r.At - r.Json.GetProperty("time").GetDateTimeOffset()).Order().ToList();
        Assert.True(delays[(count * 95 / 100) - 1] < P95, $"p50 {delays[count / 2]}, p95 {delays[(count * 95 / 100) - 1]}, most {delays[^1]}");
        TestContext.Current.SendDiagnosticMessage($"p50 {delays[count / 2]}, p95 {delays[(count * 95 / 100) - 1]}, most {delays[^1]}");
        Assert.True(hanging.All.Select(static r => r.Headers["Host"]).Distinct().Count() >= Hosts / 2);
        Assert.NotEmpty(failing.All);
        await OutcomeAsync(bad, hung, "TIMED_OUT");
        await OutcomeAsync(bad, trickled, "TIMED_OUT");
        var attempt = await OutcomeAsync(bad, cut, "DELIVERED");
        Assert.True(attempt.GetProperty("responseCut").GetBoolean());
        Assert.Equal(64 * 1024, attempt.GetProperty("responseBody").GetString()!.Length);

        // What the two ends of a connection hold, and no more.
        Assert.True(flooding.Most is > 0 and < MostInBuffers, $"Of one answer {flooding.Most} bytes were taken.");
    }

    /// <summary>The first attempt that ended so.</summary>
    private async Task<System.Text.Json.JsonElement> OutcomeAsync(HookedRepository repository, string hook, string outcome)
    {
        System.Text.Json.JsonElement found = default;
        await Until.HoldsAsync($"an attempt ends with {outcome}", async () =>
        {
            foreach (var delivery in await repository.DeliveriesAsync(hook))
            {
                var details = await fixture.Server.Admin.GetAsync($"{hook}/deliveries/{delivery.GetProperty("deliveryId").GetString()}");
                foreach (var attempt in details.GetProperty("attempts").EnumerateArray())
                {
                    found = attempt;
                    if (attempt.GetProperty("outcome").GetString() == outcome) return true;
                }
            }

            return false;
        });
        return found;
    }

    private static async Task TrickleAsync(HttpContext context)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(context.RequestAborted))
        {
            await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
