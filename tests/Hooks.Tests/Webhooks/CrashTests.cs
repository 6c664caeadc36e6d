using System.Globalization;
using Granary.Tests.Harness;

namespace Granary.Hooks.Tests.Webhooks;

/// <summary>What was accepted arrives, whatever becomes of the server; what was refused does not.</summary>
public sealed class CrashTests
{
    private const int Kills = 2;

    [Fact]
    public async Task Server_KilledUnderPushes_DeliversExactlyWhatWasAccepted()
    {
        await using var server = await GranaryServer.StartAsync(WebhookServer.Settings);
        await using var receiver = await Receiver.StartAsync();
        using var first = await HookedRepository.CreateAsync(server);
        using var second = await HookedRepository.CreateAsync(server);
        foreach (var repository in new[] { first, second })
        {
            await repository.HookAsync(new { url = receiver.Url + "/" + repository.Project });
            await server.Admin.PostAsync($"{repository.Path}/protection-rules", new { pattern = "refs/heads/locked/**", pushers = new { } });
            await repository.PushAsync();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var pushing = Task.WhenAll(PushAsync(first, $"a{kill}", stop.Token), PushAsync(second, $"a{kill}", stop.Token));
            var before = receiver.All.Count;
            await Until.HoldsAsync("deliveries arrive", () => receiver.All.Count >= before + 6);
            await server.KillAsync();
            await stop.CancelAsync();
            await pushing;
            await server.StartAgainAsync();
        }

        foreach (var repository in new[] { first, second })
        {
            var accepted = await repository.HeadsAsync();
            Assert.True(accepted.Count > 2);
            Assert.DoesNotContain(accepted, static r => r.Contains("locked", StringComparison.Ordinal));

            // An attempt that the kill cut off is made again when its lease is over.
            await Until.HoldsAsync("all that was accepted arrives", () => accepted.SetEquals(repository.RefsIn(receiver.All)), TimeSpan.FromSeconds(60));
        }

        // The same event is the same delivery, and never two.
        var byPush = receiver.All.GroupBy(static r => (r.Path, r.Sequence)).ToList();
        Assert.All(byPush, static push => Assert.Single(push.Select(static r => r.Delivery).Distinct()));
        Assert.Equal(byPush.Count, receiver.All.Select(static r => r.Delivery).Distinct().Count());
        foreach (var repository in new[] { first, second })
        {
            var order = receiver.All.Where(r => r.Path == "/" + repository.Project).DistinctBy(static r => r.Delivery).Select(static r => r.Sequence).ToList();
            Assert.Equal(order.Order(), order);
        }
    }

    /// <summary>Branches one after the other, each followed by one that is refused, until it is stopped or the server is gone.</summary>
    private static async Task PushAsync(HookedRepository repository, string prefix, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i}");
            if ((await repository.Git.TryAsync("push", "-q", "origin", $"HEAD:refs/heads/{name}")).ExitCode != 0) continue;
            Assert.NotEqual(0, (await repository.Git.TryAsync("push", "-q", "origin", $"HEAD:refs/heads/locked/{name}")).ExitCode);
        }
    }
}
