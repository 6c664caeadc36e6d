using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Granary.Api.Tests.Watching;

/// <summary>Ref updates as they happen, at a gRPC client; on a server of its own, which is stopped.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private const int MostWatches = 3;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private GranaryServer? _server;
    private GrpcChannel? _channel;

    private GranaryServer Server => _server!;

    private WatchService.WatchServiceClient Client => new(_channel);

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Watch__KeepAlive"] = "00:00:00.5",
            ["Granary__Watch__MaxWatchesPerUser"] = $"{MostWatches}",
        });
        _channel = GrpcChannel.ForAddress(Server.RpcUrl);
        await Server.Admin.CreateUserAsync(ApiRepository.Member, ApiRepository.MemberPassword);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Push_WhileWatched_IsSentInOrderAndAgainToWhoGoesOn()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        using var call = Watch(repository);
        var began = await NextAsync(call);
        Assert.Null(began.Push);
        await repository.PushAsync("main:refs/heads/a", "main:refs/heads/b");
        await repository.PushAsync(":refs/heads/a");
        var tip = await repository.Work.RunAsync("rev-parse", "main");
        var first = await NextPushAsync(call);
        Assert.Equal(
            [("refs/heads/a", ActivityChange.Types.Kind.Created, tip), ("refs/heads/b", ActivityChange.Types.Kind.Created, tip)],
            first.Push.Changes.Select(static c => (c.Ref, c.Kind, c.After)));
        Assert.Equal((ApiRepository.Member, "http", 2), (first.Push.User, first.Push.Protocol, first.Push.ChangeCount));
        var second = await NextPushAsync(call);
        Assert.Equal(("refs/heads/a", ActivityChange.Types.Kind.Deleted, tip), (second.Push.Changes.Single().Ref, second.Push.Changes.Single().Kind, second.Push.Changes.Single().Before));
        Assert.True(second.Sequence > first.Sequence && first.Sequence > began.Sequence);

        // When nothing happens it is said where the journal stands.
        var alive = await NextAsync(call);
        Assert.Equal((null, second.Sequence), (alive.Push, alive.Sequence));

        Assert.Equal([second.Sequence], (await PastAsync(repository, first.Sequence)).Select(static m => m.Sequence));
        Assert.Equal(3, (await PastAsync(repository, 0)).Count);
        Assert.Empty(await PastAsync(repository, second.Sequence));
    }

    [Fact]
    public async Task Push_OfHiddenRefs_IsNotSent()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        await Server.Admin.SendAsync(HttpMethod.Patch, repository.Path + "/policy", new { hiddenRefs = new { names = new[] { "refs/internal" } } });
        await repository.PushAsync("main:refs/heads/open");
        var all = await PastAsync(repository, 0);
        await Server.Admin.SendAsync(HttpMethod.Patch, repository.Path + "/policy", new { hiddenRefs = new { names = Array.Empty<string>() } });
        await repository.PushAsync("main:refs/internal/x", "main:refs/heads/both");
        await repository.PushAsync("main:refs/internal/y");
        Assert.Equal(all.Count + 2, (await PastAsync(repository, 0)).Count);
        await Server.Admin.SendAsync(HttpMethod.Patch, repository.Path + "/policy", new { hiddenRefs = new { names = new[] { "refs/internal" } } });
        var shown = (await PastAsync(repository, 0)).Skip(all.Count).Single();
        Assert.Equal(("refs/heads/both", 1), (shown.Push.Changes.Single().Ref, shown.Push.ChangeCount));
    }

    [Fact]
    public async Task Reader_ThatIsSlow_GetsAllOfIt()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        using var call = Watch(repository);
        await NextAsync(call);
        for (var i = 0; i < 10; i++) await repository.PushAsync($"main:refs/heads/b{i}");
        for (var i = 0; i < 10; i++) Assert.Equal($"refs/heads/b{i}", (await NextPushAsync(call)).Push.Changes.Single().Ref);
    }

    [Fact]
    public async Task Watcher_WhoLosesTheRight_IsToldNoMore()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        using var call = Watch(repository);
        await NextAsync(call);
        await Server.Admin.DeleteAsync($"projects/{repository.Project}/members/{ApiRepository.Member}");
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => NextPushAsync(call))).StatusCode);

        await Server.Admin.SetMemberAsync(repository.Project, ApiRepository.Member, "member");
        var (token, id) = await Server.Admin.CreateTokenAsync(ApiRepository.Member, "read");
        using var byToken = Watch(repository, ApiRepository.LoginWith("Bearer " + token));
        await NextAsync(byToken);
        await Server.Admin.DeleteAsync($"users/{ApiRepository.Member}/tokens/{id}");
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => NextPushAsync(byToken))).StatusCode);
    }

    [Fact]
    public async Task Sequence_ThatTheJournalDoesNotHave_IsRefused()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        var refused = await Assert.ThrowsAsync<RpcException>(() => PastAsync(repository, 1_000_000));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => PastAsync(repository, -1))).StatusCode);
    }

    [Fact]
    public async Task Watches_BeyondTheLimit_AreRefusedUntilOneEnds()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        var calls = Enumerable.Range(0, MostWatches).Select(_ => Watch(repository)).ToList();
        foreach (var call in calls) await NextAsync(call);
        using var refused = Watch(repository);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => NextAsync(refused))).StatusCode);
        await Metrics.UntilAsync(Server, "all are counted", static m => m.Sum("granary_watches") == MostWatches);
        foreach (var call in calls) call.Dispose();
        await Metrics.UntilAsync(Server, "their places are given back", static m => m.Sum("granary_watches") == 0);
        using var again = Watch(repository);
        Assert.Null((await NextAsync(again)).Push);
    }

    [Fact]
    public async Task Server_ThatStops_SaysSo()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        using var call = Watch(repository);
        await NextAsync(call);
        var stopped = Server.TerminateAsync();
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => NextPushAsync(call))).StatusCode);
        await stopped;
        Assert.Equal(0, Server.ExitCode);
    }

    [Fact]
    public async Task Json_ComesOneMessageALine()
    {
        using var repository = await ApiRepository.CreateAsync(Server);
        var text = await Server.Admin.Client.GetStringAsync(
            new Uri($"api/v1/{repository.Path}/watch?afterSequence=0&noFollow=true", UriKind.Relative));
        var lines = text.Trim().Split('\n').Select(static line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Equal("refs/heads/main", lines[1].GetProperty("push").GetProperty("changes")[0].GetProperty("ref").GetString());
    }

    private static async Task<WatchRepositoryResponse> NextAsync(AsyncServerStreamingCall<WatchRepositoryResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Bound));
        return call.ResponseStream.Current;
    }

    private static async Task<WatchRepositoryResponse> NextPushAsync(AsyncServerStreamingCall<WatchRepositoryResponse> call)
    {
        WatchRepositoryResponse message;
        do message = await NextAsync(call);
        while (message.Push is null);
        return message;
    }

    private AsyncServerStreamingCall<WatchRepositoryResponse> Watch(ApiRepository repository, Metadata? login = null) => Client.WatchRepository(
        new WatchRepositoryRequest { Project = repository.Project, Repository = ApiRepository.Name }, login ?? ApiRepository.Login);

    /// <summary>The pushes that were, without the message that comes first.</summary>
    private async Task<IReadOnlyList<WatchRepositoryResponse>> PastAsync(ApiRepository repository, long after)
    {
        using var call = Client.WatchRepository(
            new WatchRepositoryRequest { Project = repository.Project, Repository = ApiRepository.Name, AfterSequence = after, NoFollow = true },
            ApiRepository.Login);
        var all = new List<WatchRepositoryResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Bound)) all.Add(call.ResponseStream.Current);
        return [.. all.Skip(1)];
    }
}
