using System.Net;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Operators;

/// <summary>Orleans' dashboard, and who may see it.</summary>
public sealed class DashboardTests(SharedServer shared)
{
    public static TheoryData<string> Pages { get; } =
        ["dashboard", "dashboard/", "dashboard/index.min.js", "dashboard/version", "dashboard/DashboardCounters", "dashboard/ClusterStats", "dashboard/Trace"];

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
    public async Task Trace_Administrator_IsHidden()
    {
        using var answer = await shared.Admin.Client.GetAsync("dashboard/Trace");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
