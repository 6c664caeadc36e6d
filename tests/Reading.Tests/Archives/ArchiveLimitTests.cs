using System.Net;
using System.Text.Json;
using Google.Rpc;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Archives;

/// <summary>What archives may cost, and what becomes of those that do not come to their end.</summary>
public sealed class ArchiveLimitTests(ArchiveServer server) : IClassFixture<ArchiveServer>
{
    [Fact]
    public async Task Call_OfTooLargeAnArchive_EndsWithResourceExhausted()
    {
        var received = 0L;
        using var call = server.Archives.GetArchive(ArchiveServer.Request(""), server.Login);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal("large-main/", call.ResponseStream.Current.Info.Prefix);
        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync()) received += message.Data.Length;
        });
        Assert.Equal((StatusCode.ResourceExhausted, "LIMIT_REACHED"), (fault.StatusCode, fault.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));
        Assert.InRange(received, ArchiveServer.MaxSize - (64 << 10), ArchiveServer.MaxSize);
        await server.UntilQuietAsync();
        using var within = server.Archives.GetArchive(ArchiveServer.Request("one"), server.Login);
        await DrainAsync(within);
    }

    /// <summary>As docs/api.md says under "Streams".</summary>
    [Fact]
    public async Task JsonLines_OfTooLargeAnArchive_EndWithTheError()
    {
        using var reply = await server.Server.Admin.Client.GetAsync(new Uri("api/v1/projects/READ/repositories/large/archive?format=TAR", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var lines = (await reply.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("", lines[^1]);
        Assert.True(lines.Length > 10);
        Assert.Equal("large-main.tar", JsonDocument.Parse(lines[0]).RootElement.GetProperty("info").GetProperty("fileName").GetString());
        Assert.All(lines[1..^2], static line => Assert.StartsWith("{\"data\":\"", line, StringComparison.Ordinal));
        var error = JsonDocument.Parse(lines[^2]).RootElement;
        Assert.Equal((int)StatusCode.ResourceExhausted, error.GetProperty("code").GetInt32());
        Assert.Equal("LIMIT_REACHED", error.GetProperty("details")[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("main.tar")]
    [InlineData("main.tar?path=one", 0)]
    public async Task Download_OfTooLargeAnArchive_FailsForCurl(string file, int? expected = null)
    {
        var (exitCode, length) = await server.CurlAsync(file);
        if (expected is null) Assert.Contains(exitCode, (int[])[18, 56]);
        else Assert.Equal(expected, exitCode);
        Assert.True(length <= ArchiveServer.MaxSize);
    }

    [Fact]
    public async Task Download_WhoseGitDies_FailsForCurl()
    {
        using var client = await server.AskAsync("main.tar?path=one");
        await Until.HoldsAsync("git runs", () => server.Processes > 0);
        foreach (var child in server.Server.Children.Where(static c => c.Name == "git")) ServerProcesses.Signal(child.Id, ServerProcesses.SignalKill);
        var reply = await client.ReadReplyAsync();
        Assert.DoesNotContain("0\r\n\r\n", System.Text.Encoding.Latin1.GetString(reply.Body.AsSpan(Math.Max(0, reply.Body.Length - 16))), StringComparison.Ordinal);
        Assert.True(reply.Body.Length < 20 << 20);
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task CancelledCall_EndsGit()
    {
        using var end = new CancellationTokenSource();
        using var call = server.Archives.GetArchive(ArchiveServer.Request("one"), server.Login, cancellationToken: end.Token);
        Assert.True(await call.ResponseStream.MoveNext(default));
        Assert.Equal(1, server.Processes);
        await end.CancelAsync();
        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task Client_ThatGoesAway_EndsGit()
    {
        using (var client = await server.AskAsync("main.tar?path=one"))
        {
            await client.ReadUntilAsync("\r\n\r\n");
            Assert.Equal(1, server.Processes);
        }

        await server.UntilQuietAsync();
    }

    [Fact]
    public async Task ManyAtOnce_AreSoManyProcessesAndTheOthersBusy()
    {
        const int most = MaxAtOnce;
        const int clients = 16;
        var before = (await Metrics.OfAsync(server.Server)).Sum("granary_git_refusals_total", ("kind", "archive"));
        var asking = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => server.AskAsync("main.tar?path=one")));
        var peak = 0;
        await Until.HoldsAsync("the others were refused", async () =>
        {
            peak = Math.Max(peak, server.Processes);
            return (await Metrics.OfAsync(server.Server)).Sum("granary_git_refusals_total", ("kind", "archive")) - before >= clients - most;
        });
        Assert.InRange(peak, 1, most);
        await Metrics.UntilAsync(
            server.Server, "they stand still", static now => now.Sum("granary_git_places", ("kind", "archive"), ("state", "paused")) >= ArchiveServer.MaxPaused);

        using var http = await server.Server.Admin.Client.GetAsync(new Uri(ArchiveServer.PathOf("main.zip?path=small"), UriKind.Relative));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/json"), (http.StatusCode, http.Content.Headers.ContentType!.ToString()));
        Assert.NotNull(http.Headers.RetryAfter);
        Assert.False(http.Content.Headers.Contains("Content-Disposition"));
        using var call = server.Archives.GetArchive(ArchiveServer.Request("small"), server.Login);
        var fault = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal((StatusCode.Unavailable, "BUSY"), (fault.StatusCode, fault.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason));

        foreach (var client in asking) client.Dispose();
        await server.UntilQuietAsync();
        using var again = server.Archives.GetArchive(ArchiveServer.Request("small"), server.Login);
        await DrainAsync(again);
    }

    [Fact]
    public async Task Client_ThatTakesNothing_IsCutOffAndGitEnds()
    {
        await using var impatient = await ArchiveServer.StartAsync(("Granary__Rpc__StreamStallTimeout", "00:00:01"));
        using var raw = await impatient.AskAsync("main.tar?path=one");
        using var call = impatient.Archives.GetArchive(ArchiveServer.Request("one"), impatient.Login);
        Assert.True(await call.ResponseStream.MoveNext(default));
        await Metrics.UntilAsync(impatient.Server, "both ended", static now => now.Sum("granary_git_exits_total", ("command", "archive")) >= 2);
        await impatient.UntilQuietAsync();
        await Assert.ThrowsAsync<RpcException>(() => DrainAsync(call));
        Assert.True((await raw.ReadReplyAsync()).Body.Length < 20 << 20);
    }

    [Fact]
    public async Task Archive_ThatAsksOfASignature_StartsNoProgram()
    {
        var request = ArchiveServer.Request("signed");
        request.Revision = "signed";
        using var call = server.Archives.GetArchive(request, server.Login);
        var bytes = new List<byte>();
        await foreach (var message in call.ResponseStream.ReadAllAsync()) bytes.AddRange(message.Data);
        Assert.Contains("state:N\n", System.Text.Encoding.Latin1.GetString([.. bytes]), StringComparison.Ordinal);
        Assert.False(server.WasTrapped);
    }

    /// <summary>One that begins while others stand still stands still itself soon after.</summary>
    private const int MaxAtOnce = ArchiveServer.MaxPaused - 1 + ArchiveServer.MaxProcesses;

    private static async Task DrainAsync(AsyncServerStreamingCall<GetArchiveResponse> call)
    {
        await foreach (var _ in call.ResponseStream.ReadAllAsync())
        {
            // It only has to end.
        }
    }
}
