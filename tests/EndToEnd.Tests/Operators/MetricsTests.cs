using System.Net.Http.Headers;
using Granary.EndToEnd.Tests.Ssh;
using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Operators;

/// <summary>What <c>/metrics</c> says after requests of each protocol, and how they ended.</summary>
public sealed class MetricsTests(MetricsServer server) : IClassFixture<MetricsServer>
{
    private const string Requests = "granary_requests_duration_seconds_count";

    [Fact]
    public async Task Http_EachVerb_IsCountedWithItsTimeAndBytes()
    {
        using var repository = await server.NewRepositoryAsync();
        var before = await server.ReadAsync();
        await repository.NewPushedWorkAsync();
        await repository.Git.RunAsync("-c", "protocol.version=2", "clone", "-q", repository.Url, "two");
        await repository.Git.RunAsync("-c", "protocol.version=0", "clone", "-q", repository.Url, "zero");
        Assert.Equal(System.Net.HttpStatusCode.UnsupportedMediaType, (await Wire.PostAsync(
            repository.AnonymousUrl, Wire.UploadPack, [], Wire.MemberLogin, static r => r.Content!.Headers.ContentType = new("text/plain"))).Status);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await Wire.PostAsync(repository.AnonymousUrl, Wire.UploadPack, "0003"u8.ToArray(), Wire.MemberLogin, Wire.Speak2)).Status);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await Wire.GetAsync(repository.AnonymousUrl + "/info/refs?service=git-receive-pack")).Status);

        (string Verb, string Outcome, int Count)[] expected =
        [
            ("info-refs", "ok", 3), ("ls-refs", "ok", 1), ("upload-pack", "ok", 2), ("receive-pack", "ok", 1), ("upload-pack", "invalid", 2), ("info-refs", "refused", 1),
        ];
        await server.UntilAsync("all requests are counted", now => expected.All(
            e => Difference(before, now, Requests, ("protocol", "http"), ("verb", e.Verb), ("outcome", e.Outcome)) >= e.Count));
        var after = await server.ReadAsync();
        foreach (var verb in (string[])["ls-refs", "upload-pack", "receive-pack"])
        {
            Assert.True(Difference(before, after, "granary_requests_duration_seconds_sum", ("protocol", "http"), ("verb", verb)) > 0, verb);
            Assert.True(Difference(before, after, "granary_requests_received_bytes_total", ("protocol", "http"), ("verb", verb)) > 50, verb);
            Assert.True(Difference(before, after, "granary_requests_sent_bytes_total", ("protocol", "http"), ("verb", verb)) > 40, verb);
        }

        // As many buckets as the page says, from 1 ms on.
        var line = (await server.Server.Admin.Client.GetStringAsync("metrics")).Split('\n').First(static l => l.StartsWith("granary_requests_duration_seconds_bucket", StringComparison.Ordinal));
        Assert.Contains("le=\"0.001\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ssh_EachVerb_IsCountedWithItsBytes()
    {
        using var ssh = await server.NewSshRepositoryAsync();
        var before = await server.ReadAsync();
        await ssh.NewPushedWorkAsync();
        await ssh.Git.RunAsync("-c", "protocol.version=2", "clone", "-q", ssh.Url, "two");
        await ssh.Git.RunAsync("-c", "protocol.version=0", "clone", "-q", ssh.Url, "zero");
        await ssh.Git.RunAsync("archive", "--remote=" + ssh.Url, "-o", "x.tar", "main");
        await ssh.Client.RunAsync([]);
        await ssh.Client.RunAsync(["id"]);
        await ssh.Client.RunAsync(["git-upload-pack", "'NO/SUCH.git'"]);

        (string Verb, string Outcome, int Count)[] expected =
        [
            ("info-refs", "ok", 3), ("ls-refs", "ok", 1), ("upload-pack", "ok", 2), ("receive-pack", "ok", 1), ("archive", "ok", 1), ("greeting", "ok", 1),
            ("unknown", "refused", 1), ("info-refs", "refused", 1),
        ];
        await server.UntilAsync("all requests are counted", now => expected.All(
            e => Difference(before, now, Requests, ("protocol", "ssh"), ("verb", e.Verb), ("outcome", e.Outcome)) == e.Count));
        var after = await server.ReadAsync();
        Assert.True(Difference(before, after, "granary_requests_sent_bytes_total", ("protocol", "ssh"), ("verb", "archive")) > 1000);
        Assert.True(Difference(before, after, "granary_requests_received_bytes_total", ("protocol", "ssh"), ("verb", "receive-pack")) > 100);
        Assert.Equal(1, Difference(before, after, "granary_ssh_command_duration_seconds_count", ("command", "git-receive-pack"), ("status", "0")));
        Assert.Equal(1, Difference(before, after, "granary_ssh_command_duration_seconds_count", ("command", "unknown"), ("status", "127")));
        Assert.True(Difference(before, after, "granary_ssh_handshake_duration_seconds_count") >= 7);
        Assert.Equal(0, after.Sum("granary_requests_running", ("protocol", "ssh")));
    }

    [Fact]
    public async Task Api_ByGrpcAndByJson_IsCountedByItsService()
    {
        var before = await server.ReadAsync();
        await server.Server.Admin.GetAsync("users/" + SharedServer.Member);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await server.Server.Admin.SendAsync(HttpMethod.Get, "users/absentee")).Status);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await server.Server.Admin.SendAsync(HttpMethod.Post, "users", new { name = "a/b", password = "x" })).Status);
        using (var call = new HttpRequestMessage(HttpMethod.Post, server.Server.RpcUrl + "/granary.v1.UserService/GetMyself"))
        {
            call.Version = System.Net.HttpVersion.Version20;
            call.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            call.Headers.Authorization = Api.Basic(GranaryServer.AdminName, GranaryServer.AdminPassword);
            call.Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
            using var client = new HttpClient();
            using var answer = await client.SendAsync(call);
            Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        }

        await server.UntilAsync("all calls are counted", now =>
            Difference(before, now, Requests, ("protocol", "json"), ("verb", "user"), ("outcome", "ok")) == 1
            && Difference(before, now, Requests, ("protocol", "json"), ("verb", "user"), ("outcome", "refused")) == 1
            && Difference(before, now, Requests, ("protocol", "json"), ("verb", "user"), ("outcome", "invalid")) == 1
            && Difference(before, now, Requests, ("protocol", "rpc"), ("verb", "user"), ("outcome", "ok")) == 1);
    }

    [Fact]
    public async Task Git_HeldWithOneWaiting_IsSeenAndOneMoreIsBusy()
    {
        using var first = await server.NewRepositoryAsync();
        using var second = await server.NewRepositoryAsync();
        using var third = await server.NewRepositoryAsync();
        foreach (var repository in (TestRepository[])[first, second, third]) await repository.NewPushedWorkAsync();
        var before = await server.ReadAsync();
        server.Hold();
        try
        {
            var working = first.Git.TryAsync("clone", "-q", first.Url, "copy");
            await server.UntilAsync("a git process runs", static now => now.Sum("granary_git_places", ("kind", "fetch"), ("state", "working")) == 1
                && now.Sum("granary_git_processes", ("command", "upload-pack")) == 1);
            var waiting = second.Git.TryAsync("clone", "-q", second.Url, "copy");
            await server.UntilAsync("a request waits", static now => now.Sum("granary_git_queue", ("kind", "fetch")) == 1);
            var busy = await third.Git.TryAsync("clone", "-q", third.Url, "copy");
            Assert.NotEqual(0, busy.ExitCode);
            await server.UntilAsync("it is counted as busy", now =>
                Difference(before, now, "granary_git_refusals_total", ("kind", "fetch"), ("reason", "queue-full")) == 1
                && Difference(before, now, Requests, ("protocol", "http"), ("verb", "upload-pack"), ("outcome", "busy")) == 1);
            server.Open();
            Assert.Equal((0, 0), ((await working).ExitCode, (await waiting).ExitCode));
        }
        finally
        {
            server.Open();
        }

        await server.UntilAsync("nothing runs or waits any more", now => now.Sum("granary_git_places") == 0 && now.Sum("granary_git_queue") == 0
            && now.Sum("granary_git_processes", ("command", "upload-pack")) == 0
            && Difference(before, now, "granary_git_wait_duration_seconds_count", ("kind", "fetch")) == 1
            && Difference(before, now, "granary_git_exits_total", ("command", "upload-pack"), ("outcome", "ok")) == 2);
    }

    [Fact]
    public async Task Client_Gone_IsCountedAndItsGitAsKilled()
    {
        using var repository = await server.NewRepositoryAsync();
        await repository.NewPushedWorkAsync();
        var before = await server.ReadAsync();
        server.Hold();
        try
        {
            using var clone = repository.Git.Start("clone", "-q", repository.Url, "copy");
            await server.UntilAsync("a git process runs", static now => now.Sum("granary_git_processes", ("command", "upload-pack")) == 1);
            clone.Kill(entireProcessTree: true);
            await server.UntilAsync("the client is gone and its git too", now =>
                Difference(before, now, Requests, ("protocol", "http"), ("verb", "upload-pack"), ("outcome", "client-gone")) == 1
                && Difference(before, now, "granary_git_exits_total", ("command", "upload-pack"), ("outcome", "killed")) == 1);
        }
        finally
        {
            server.Open();
        }
    }

    [Fact]
    public async Task Pushes_ByWhatBecameOfThem_AreCounted()
    {
        using var repository = await server.NewRepositoryAsync();
        var work = await repository.NewWorkAsync();
        var before = await server.ReadAsync();
        await work.RunAsync("push", "-q", "origin", "main");
        var head = await work.RunAsync("rev-parse", "HEAD");
        await PushAsync(Wire.Push(head, Wire.Zero, "refs/heads/absent", []));
        await PushAsync(Wire.Push(new string('1', 40), head, "refs/heads/main", Wire.EmptyPack));
        await PushAsync(Wire.Push(Wire.Zero, head, "refs/heads/new", "PACK of nothing"u8.ToArray()));
        await PushAsync("0003"u8.ToArray());
        await server.UntilAsync("all pushes are counted", now =>
            Pushed(now, "accepted") == 1 && Pushed(now, "stale") == 2 && Pushed(now, "pack-refused") == 1
            && Difference(before, now, "granary_push_refs_total", ("status", "ok")) == 1
            && Difference(before, now, "granary_push_turn_duration_seconds_count") >= 1
            && Difference(before, now, Requests, ("verb", "receive-pack"), ("outcome", "invalid")) == 1);

        double Pushed(Metrics now, string outcome) => Difference(before, now, "granary_pushes_total", ("protocol", "http"), ("outcome", outcome));

        Task<HttpReply> PushAsync(byte[] body) => Wire.PostAsync(repository.AnonymousUrl, Wire.ReceivePack, body, Wire.MemberLogin);
    }

    [Fact]
    public async Task RefCache_AskedTwice_MissesOnceAndHitsOnce()
    {
        using var repository = await server.NewRepositoryAsync();
        var before = await server.ReadAsync();
        await repository.RefsAsync();
        await repository.RefsAsync();
        await server.UntilAsync("a miss and a hit are counted", now =>
            Difference(before, now, "granary_ref_cache_requests_total", ("outcome", "miss")) == 1
            && Difference(before, now, "granary_ref_cache_requests_total", ("outcome", "hit")) == 1
            && Difference(before, now, "granary_ref_cache_checks_total", ("outcome", "same")) == 1);
    }

    [Fact]
    public async Task Housekeeping_OfTwoPacks_IsCountedAndReplacesThem()
    {
        using var repository = await server.NewRepositoryAsync();
        var work = await repository.NewPushedWorkAsync();
        await TestRepository.CommitAsync(work, "more", "more\n");
        await work.RunAsync("push", "-q", "origin", "main");
        var before = await server.ReadAsync();
        await server.Server.Admin.PostAsync($"projects/{repository.Project}/repositories/{repository.Name}/maintenance", new { });
        await server.UntilAsync("the run is counted", now =>
            Difference(before, now, "granary_housekeeping_duration_seconds_count", ("outcome", "ok")) == 1
            && Difference(before, now, "granary_housekeeping_replaced_total") == 2
            && now.Sum("granary_housekeeping_running") == 0);
    }

    [Fact]
    public async Task Import_OfABundleAndOfNothing_IsCounted()
    {
        using var repository = await server.NewRepositoryAsync();
        await repository.NewWorkAsync();
        var before = await server.ReadAsync();
        var cli = new Cli(server.Server);
        Assert.Equal(0, (await cli.RunAsync(["repo", "import", $"{repository.Project}/imported", repository["work"]])).ExitCode);
        Assert.Equal(1, (await cli.RunAsync(["repo", "import", $"{repository.Project}/imported", repository["work"]])).ExitCode);
        await server.UntilAsync("both are counted", now =>
            Difference(before, now, "granary_imports_duration_seconds_count", ("source", "bundle"), ("outcome", "done")) == 1
            && Difference(before, now, "granary_imports_duration_seconds_count", ("source", "bundle"), ("outcome", "refused")) == 1
            && Difference(before, now, "granary_imports_received_bytes_total", ("source", "bundle")) > 100
            && now.Sum("granary_imports_running") == 0);
    }

    [Fact]
    public async Task Journal_DrainedAfterAPush_HasNoLag()
    {
        using var repository = await server.NewRepositoryAsync();
        var before = await server.ReadAsync();
        await repository.NewPushedWorkAsync();
        await server.UntilAsync("the event is delivered", now =>
            Difference(before, now, "granary_outbox_published_total", ("kind", "activity")) >= 1
            && Difference(before, now, "granary_jobs_delay_seconds_count", ("kind", "activity")) >= 1
            && now.Types.ContainsKey("granary_outbox_lag") && now.Sum("granary_outbox_lag") == 0 && now.Sum("granary_outbox_lag_age_seconds") == 0);
    }

    private static double Difference(Metrics before, Metrics after, string name, params (string Key, string Value)[] tags) =>
        after.Sum(name, tags) - before.Sum(name, tags);
}
