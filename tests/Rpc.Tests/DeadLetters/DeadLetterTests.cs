using System.Net;
using System.Text.Json;
using Granary.Frontends.Rpc.Tests.Cli;
using Granary.Frontends.Rpc.Tests.Fakes;

namespace Granary.Frontends.Rpc.Tests.DeadLetters;

/// <summary>Dead letters over JSON and on the command line; the rights are in the matrix of Security.Tests.</summary>
public sealed class DeadLetterTests : IAsyncLifetime
{
    private const string Path = "/api/v1/server/dead-letters";

    private RpcHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await RpcHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task List_OfAllKinds_ComesInPagesWithoutGapsOrDoubles()
    {
        var seen = new List<string>();
        var token = "";
        do
        {
            var page = await GetAsync($"{Path}?pageSize=2&pageToken={token}");
            seen.AddRange(page.GetProperty("deadLetters").EnumerateArray().Select(static l => $"{l.GetProperty("kind")}/{l.GetProperty("letterId")}"));
            token = page.GetProperty("nextPageToken").GetString()!;
        }
        while (token.Length > 0);
        Assert.Equal(["activity/001", "activity/002", "activity/003", "activity/004", "activity/005", "hooks/001", "hooks/002", "hooks/003"], seen);
    }

    [Fact]
    public async Task List_OfOneKind_HasOnlyThat()
    {
        var letters = (await GetAsync($"{Path}?kind=hooks")).GetProperty("deadLetters").EnumerateArray().ToList();
        Assert.Equal(["hooks", "hooks", "hooks"], letters.ConvertAll(static l => l.GetProperty("kind").GetString()));
        Assert.Equal((20, "it failed\nline two of 1", "stream1", 101L), (
            letters[0].GetProperty("attempts").GetInt32(), letters[0].GetProperty("reason").GetString(), letters[0].GetProperty("stream").GetString(),
            letters[0].GetProperty("size").GetInt64()));
    }

    [Theory]
    [InlineData("GET", Path + "?kind=mail", HttpStatusCode.NotFound)]
    [InlineData("GET", Path + "/activity/999", HttpStatusCode.NotFound)]
    [InlineData("GET", Path + "/mail/001", HttpStatusCode.NotFound)]
    [InlineData("POST", Path + "/activity/999/replay", HttpStatusCode.NotFound)]
    [InlineData("DELETE", Path + "/activity/999", HttpStatusCode.NotFound)]
    [InlineData("GET", Path + "?pageSize=-1", HttpStatusCode.BadRequest)]
    [InlineData("GET", Path + "?pageToken=made-up", HttpStatusCode.BadRequest)]
    public async Task Call_ForWhatIsNotThere_IsRefused(string method, string path, HttpStatusCode status)
    {
        var answer = await _host.SendAsync(new HttpMethod(method), path, method == "POST" ? new { } : null);
        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", Path)]
    [InlineData("GET", Path + "/activity/001")]
    [InlineData("POST", Path + "/activity/001/replay")]
    [InlineData("DELETE", Path + "/activity/001")]
    public async Task Call_OfNoAdministrator_IsDenied(string method, string path)
    {
        var answer = await _host.SendAsync(new HttpMethod(method), path, method == "POST" ? new { } : null, "alice:secret");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(5, _host.DeadLetters("activity").Letters.Count);
        Assert.Empty(_host.DeadLetters("activity").Replayed);
    }

    [Fact]
    public async Task Commands_ListShowReplayAndDelete_DoWhatTheySay()
    {
        var list = await RunAsync("dead-letter list --kind activity");
        Assert.Equal((0, ""), (list.Status, list.Error));
        var lines = list.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["KIND", "ID", "REPOSITORY", "DIED", "ATTEMPTS", "REASON"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(6, lines.Length);
        Assert.EndsWith("it failed", lines[1], StringComparison.Ordinal);

        var show = await RunAsync("dead-letter show activity 002");
        Assert.Contains("line two of 2", show.Out, StringComparison.Ordinal);
        Assert.Contains("stream2", show.Out, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("dead-letter replay activity 002")).Status);
        Assert.Equal(["002"], _host.DeadLetters("activity").Replayed);
        Assert.Equal(0, (await RunAsync("dead-letter delete activity 003")).Status);
        Assert.Equal(["001", "004", "005"], _host.DeadLetters("activity").Letters.Select(static l => l.Id));
        var again = await RunAsync("dead-letter delete activity 003");
        Assert.Equal(1, again.Status);
        Assert.Contains("There is no dead letter '003' of kind 'activity'.", again.Error, StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(string line) =>
        CliRun.Async(line.Split(' '), new() { ["GRANARY_SERVER"] = _host.GrpcAddress, ["GRANARY_USER"] = "root", ["GRANARY_PASSWORD"] = "secret" });

    private async Task<JsonElement> GetAsync(string path)
    {
        var answer = await _host.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
