using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>A client that falls silent in the middle of a push: forgiven up to the limit, then everything is given back.</summary>
public sealed class PausedClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private GranaryServer _server = null!;
    private TestRepository _repository = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Http__BodyIdleTimeout"] = Limit.ToString("c") });
        _repository = await TestRepository.CreateAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(30)]
    [InlineData(-50)]
    public async Task Pause_ShorterThanTheLimit_IsForgivenEachTime(int from)
    {
        var (id, body) = NewPush("paused");
        var at = from > 0 ? from : body.Length + from;
        using var push = await SlowPush.BeginAsync(_repository, body, at);
        foreach (var next in (int[])[at + 10, at + 20, body.Length])
        {
            await Pause.ForAsync(Limit / 2);
            await push.SendAsync(body.AsMemory(at, next - at));
            at = next;
        }

        Assert.True(RawClient.Report((await push.ReadReplyAsync()).Body).IsOk);
        using var client = _repository.Connect();
        Assert.Equal(id, (await client.LsRefsAsync("refs/heads/paused"))["refs/heads/paused"]);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(-50, true)]
    public async Task Pause_LongerThanTheLimit_EndsThePushAndGivesEverythingBack(int from, bool inPack)
    {
        var (_, body) = NewPush("silent");
        using var push = await SlowPush.BeginAsync(_repository, body, from > 0 ? from : body.Length + from);
        if (inPack) await Until.HoldsAsync("git reads the pack", () => _server.Children.Count > 0 && _repository.Quarantines().Count > 0);

        // The connection is closed by the server; a body that stalled is answered as such.
        var reply = await push.ReadReplyAsync();
        Assert.True(reply.Status is 408, reply.Head);
        await _repository.UntilIdleAsync();
        using var client = _repository.Connect();
        Assert.DoesNotContain("refs/heads/silent", await client.LsRefsAsync());
        var (id, pack) = PackBuilder.OneCommit(_repository.Tree, _repository.Base, "after");
        Assert.True((await client.PushAsync([new Command("refs/heads/after", Command.Zero, id)], pack)).IsOk);

        // Nothing of it holds the drain either.
        await _server.TerminateAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(0, _server.ExitCode);
    }

    private (string Id, byte[] Body) NewPush(string branch)
    {
        var (id, pack) = PackBuilder.OneCommit(_repository.Tree, _repository.Base, branch);
        return (id, [.. RawClient.CommandList([new Command("refs/heads/" + branch, Command.Zero, id)]), .. pack]);
    }
}
