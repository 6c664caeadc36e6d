using System.Net;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Operators;

/// <summary>Orleans' dashboard, and who may see it.</summary>
public sealed class DashboardTests(SharedServer shared)
{
    private const string GrainState = "GrainState?grainId=" + GranaryServer.AdminName + "&grainType=Granary.Grains.Accounts.UserGrain";

    /// <summary>What the page asks for; SILO is the address of this one.</summary>
    private static string[] Calls { get; } =
    [
        "DashboardCounters", "ClusterStats", "Reminders", "Reminders/1", "HistoricalStats/SILO", "SiloProperties/SILO", "SiloMetadata/SILO", "SiloStats/SILO",
        "SiloCounters/SILO", "GrainStats/Granary.Grains.Accounts.UserGrain", "TopGrainMethods", "GrainTypes", "LifecycleStages", GrainState,
    ];

    public static TheoryData<string> Pages { get; } = new([
        "dashboard", "dashboard/", "dashboard/index.min.js", "dashboard/version", "dashboard/Trace", .. Calls.Select(static c => "dashboard/" + c),
    ]);

    [Theory, MemberData(nameof(Pages))]
    public async Task Page_NoLogin_AsksForOne(string page)
    {
        using var anonymous = shared.Admin.Anonymous();
        using var answer = await anonymous.Client.GetAsync(page);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Basic", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task Page_NoAdministrator_IsRefused(string page)
    {
        using var member = shared.Admin.As(SharedServer.Member, SharedServer.MemberPassword);
        using var answer = await member.Client.GetAsync(page);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Page_AdministratorsReadToken_IsRefused()
    {
        var (token, _) = await shared.Admin.CreateTokenAsync("admin", "read");
        using var reader = shared.Admin.As("", token);
        using var answer = await reader.Client.GetAsync("dashboard/");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Counters_Administrator_ShowRepositoryGrains()
    {
        _ = await shared.NewRepositoryAsync();
        await Until.HoldsAsync("the dashboard shows repository grains", async () =>
            (await shared.Admin.Client.GetStringAsync("dashboard/DashboardCounters")).Contains("RepositoryGrain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_Administrator_IsThePage()
    {
        using var answer = await shared.Admin.Client.GetAsync("dashboard/");
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Calls_Administrator_AreAnswered()
    {
        var counters = await shared.Admin.Client.GetStringAsync("dashboard/DashboardCounters");
        var silo = System.Text.Json.JsonDocument.Parse(counters).RootElement.GetProperty("hosts")[0].GetProperty("siloAddress").GetString();
        foreach (var call in Calls)
        {
            using var answer = await shared.Admin.Client.GetAsync("dashboard/" + call.Replace("SILO", silo, StringComparison.Ordinal));
            Assert.Equal((call, HttpStatusCode.OK), (call, answer.StatusCode));
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task GrainState_OfAUser_HasNoHashOfAPassword()
    {
        var state = await shared.Admin.Client.GetStringAsync("dashboard/" + GrainState);
        Assert.DoesNotContain("argon2", state, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hash", state, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Trace_Administrator_IsHidden()
    {
        using var answer = await shared.Admin.Client.GetAsync("dashboard/Trace");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
