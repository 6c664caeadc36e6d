using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>SIGTERM: what runs ends well, what is new is refused, the process ends, and another one goes on.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    /// <summary>More than all buffers between two ends of a connection hold.</summary>
    private const int BlobSize = 48 << 20;

    private GranaryServer _server = null!;
    private TestRepository _repository = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Shutdown__DrainTimeout"] = "00:00:40" });
        _repository = await TestRepository.CreateAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task SlowPush_AtSigterm_EndsWellWhileNewRequestsAreRefused()
    {
        var (id, pack) = PackBuilder.OneCommit(_repository.Tree, _repository.Base, "slow");
        byte[] body = [.. RawClient.CommandList([new Command("refs/heads/slow", Command.Zero, id)]), .. pack];
        using var push = await SlowPush.BeginAsync(_repository, body, body.Length - 40);
        await Until.HoldsAsync("git reads the pack", () => _server.Children.Count > 0);

        await SigtermAsync();
        await RefusedAsync();
        for (var sent = body.Length - 40; sent < body.Length; sent++) await push.SendAsync(body.AsMemory(sent, 1));
        var reply = await push.ReadReplyAsync();
        Assert.True(RawClient.Report(reply.Body).IsOk, reply.Text);
        await EndedAsync();

        await _server.StartAgainAsync();
        using var client = _repository.Connect();
        Assert.Equal(id, (await client.LsRefsAsync("refs/heads/slow"))["refs/heads/slow"]);
        (id, pack) = PackBuilder.OneCommit(_repository.Tree, id, "next");
        Assert.True((await client.PushAsync([new Command("refs/heads/next", Command.Zero, id)], pack)).IsOk);
    }

    [Fact]
    public async Task SlowClone_AtSigterm_IsCompleteWhileNewRequestsAreRefused()
    {
        var big = await PushBlobAsync();
        using var client = _repository.Connect();
        using var answer = await client.FetchAsync(big);
        using var content = await answer.Content.ReadAsStreamAsync();
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        all.Write(buffer, 0, await content.ReadAsync(buffer));

        await SigtermAsync();
        await RefusedAsync();
        Assert.True(_server.IsRunning);
        await content.CopyToAsync(all);
        await EndedAsync();

        var pack = PktLines.Band(all.ToArray().AsMemory(PktLines.Of("packfile\n").Length), 1);
        await _repository.Git.RunAsync("init", "-q", "copy");
        await _repository.Git.In("copy").FeedAsync(pack, "index-pack", "--stdin", "--strict");
        Assert.Equal("commit", await _repository.Git.In("copy").RunAsync("cat-file", "-t", big));
    }

    [Fact]
    public async Task PushThatNeverEnds_AtSigterm_IsBrokenOffAfterTheDrainTimeout()
    {
        await using var server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Shutdown__DrainTimeout"] = "00:00:02" });
        using var repository = await TestRepository.CreateAsync(server);
        var (id, pack) = PackBuilder.OneCommit(repository.Tree, repository.Base, "stuck");
        byte[] body = [.. RawClient.CommandList([new Command("refs/heads/stuck", Command.Zero, id)]), .. pack];
        using var push = await SlowPush.BeginAsync(repository, body, body.Length - 1);
        await Until.HoldsAsync("git reads the pack", () => server.Children.Count > 0);

        var session = server.ProcessId;
        await server.TerminateAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, server.ExitCode);
        await Until.HoldsAsync("no git is left", () => ServerProcesses.ChildrenOf(session).Count == 0);
        Assert.Contains("Some clones or pushes did not end in time", server.Output, StringComparison.Ordinal);

        await server.StartAgainAsync();
        using var client = repository.Connect();
        Assert.DoesNotContain("refs/heads/stuck", await client.LsRefsAsync());
        await repository.UntilIdleAsync();
    }

    [Fact]
    public async Task IdleConnections_AtSigterm_DoNotDelayTheEnd()
    {
        var idle = new List<TcpClient>();
        for (var i = 0; i < 20; i++)
        {
            idle.Add(new TcpClient());
            await idle[^1].ConnectAsync(IPAddress.Loopback, _server.Port);
        }

        var clock = Stopwatch.StartNew();
        await _server.TerminateAsync();
        Assert.Equal(0, _server.ExitCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}.");
        foreach (var client in idle) client.Dispose();
    }

    private async Task SigtermAsync()
    {
        _server.Signal(ServerProcesses.SignalTerminate);
        await Until.HoldsAsync("the server is stopping", () => _server.Output.Contains("Stopping: running clones and pushes", StringComparison.Ordinal));
    }

    private async Task RefusedAsync()
    {
        Assert.True(_server.IsRunning);
        var result = await _repository.Git.TryAsync("ls-remote", _repository.Url);
        Assert.NotEqual(0, result.ExitCode);
        using var client = Api.NewClient();
        using var answer = await client.GetAsync(new Uri($"{_server.Url}/{_repository.Path}/info/refs?service=git-upload-pack"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private async Task EndedAsync()
    {
        var session = _server.ProcessId;
        await _server.WaitForExitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, _server.ExitCode);
        Assert.Empty(ServerProcesses.ChildrenOf(session));
    }

    private async Task<string> PushBlobAsync()
    {
        var builder = new PackBuilder();
        var id = builder.AddCommit(builder.AddTree(("big", builder.AddBlob(RandomNumberGenerator.GetBytes(BlobSize)))), null, "big");
        using var client = _repository.Connect();
        var report = await client.PushAsync([new Command("refs/heads/big", Command.Zero, id)], builder.Build());
        Assert.True(report.IsOk, report.ToString());
        return id;
    }
}
