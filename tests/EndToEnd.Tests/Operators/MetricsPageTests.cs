using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Operators;

/// <summary>What is served is what <c>docs/metrics.md</c> says, and names that clients send are in none of it.</summary>
public sealed class MetricsPageTests(MetricsServer server) : IClassFixture<MetricsServer>
{
    /// <summary>What a series may have on this server for any name, with room; buckets of histograms count.</summary>
    private const int MaxSeries = 6000;

    private const string Marker = "zq7";

    private static readonly string[] OddNames = ["", "%F0%9F%8C%BE", "..%2f..", "%22%7D%201%0Agranary_forged%201", "%00", "-upload-pack", "{project}", "a=%22b%22,c"];

    [Fact]
    public async Task EachServedMetric_IsOnThePageWithItsKindAndTags()
    {
        await UseAsync("page");
        var page = MetricsPage.Read().ToDictionary(static m => m.ServedName, StringComparer.Ordinal);
        var served = await server.ReadAsync();
        var families = served.Types.Where(static t => t.Key.StartsWith("granary_", StringComparison.Ordinal)).ToList();
        Assert.True(families.Count > 35, $"only {families.Count} metrics were served");
        foreach (var (name, kind) in families)
        {
            Assert.True(page.TryGetValue(name, out var documented), $"{name} is not on the page.");
            Assert.Equal((name, kind), (name, documented.Kind));
            foreach (var series in served.All.Where(s => FamilyOf(s.Name, served) == name)) Assert.Equal(documented.Tags, series.Tags.Keys);
        }
    }

    [Fact]
    public async Task OddNames_OfAnyProtocol_AddNoSeries()
    {
        await UseAsync("first");
        await server.UntilAsync("it is counted", static now => now.Sum("granary_requests_running") == 0);
        var before = (await server.ReadAsync()).All;
        await UseAsync("second");
        await UseAsync("third");
        var after = (await server.ReadAsync()).All;
        Assert.DoesNotContain(after, static s => s.ToString().Contains(Marker, StringComparison.OrdinalIgnoreCase) || s.Name.Contains("forged", StringComparison.Ordinal));
        Assert.InRange(after.Count, 1, MaxSeries);

        // Housekeeping comes by itself when it is time, whatever is asked for.
        Assert.All(SeriesOf(after).Except(SeriesOf(before)), static series => Assert.StartsWith("granary_housekeeping_duration_seconds", series, StringComparison.Ordinal));
    }

    /// <summary>The same requests with names that no request had before.</summary>
    private async Task UseAsync(string round)
    {
        for (var i = 0; i < OddNames.Length; i++)
        {
            var name = $"{Marker}{round}{i}{OddNames[i]}";
            foreach (var path in (string[])[$"{name}/{name}.git", $"DEMO/{name}", $"{name}"])
            {
                await Wire.GetAsync($"{server.Server.Url}/{path}/info/refs?service=git-upload-pack");
                await Wire.GetAsync($"{server.Server.Url}/{path}/info/refs?service={name}", Api.Basic(name, name));
                await Wire.PostAsync($"{server.Server.Url}/{path}", Wire.UploadPack, Wire.Pkt(name), Wire.MemberLogin, r => r.Headers.Add("Git-Protocol", "version=2:x"));
                await server.Server.Admin.SendAsync(HttpMethod.Get, $"projects/{path}");
                await server.Server.Admin.SendAsync(HttpMethod.Post, $"users/{name}/keys", new { publicKey = name });
            }
        }

        using var ssh = await server.NewSshRepositoryAsync();
        await ssh.NewPushedWorkAsync($"{Marker}{round}");
        await ssh.Repository.Git.RunAsync("clone", "-q", ssh.Repository.Url, "copy");
        foreach (var command in (string[])[$"{Marker}{round}", $"git-upload-pack '{Marker}{round}/x'", $"git-receive-pack {Marker}", $"git {Marker}{round} x"])
            await ssh.Client.RunAsync([command]);
        await ssh.Client.RunAsync([], user: Marker + round);
        var work = ssh.Git.In($"{Marker}{round}");
        await TestRepository.CommitAsync(work, Marker, round);
        await work.TryAsync("push", "-q", "origin", $"main:refs/heads/{Marker}{round}", "-o", Marker + round);
        await work.TryAsync("push", "-q", "origin", $"main:refs/heads/{Marker}{round}");
        await server.Server.Admin.PostAsync($"projects/{ssh.Repository.Project}/repositories/{ssh.Repository.Name}/maintenance", new { });
        await new Cli(server.Server).RunAsync(["repo", "import", $"{ssh.Repository.Project}/{Marker}{round}", work.Folder]);
    }

    private static IEnumerable<string> SeriesOf(IEnumerable<Series> all) =>
        all.Where(static s => s.Name.StartsWith("granary_", StringComparison.Ordinal)).Select(static s => s.ToString()).Distinct();

    private static string FamilyOf(string series, Metrics served)
    {
        foreach (var ending in (string[])["_bucket", "_sum", "_count"])
        {
            if (series.EndsWith(ending, StringComparison.Ordinal) && served.Types.GetValueOrDefault(series[..^ending.Length]) == "histogram") return series[..^ending.Length];
        }

        return series;
    }
}
