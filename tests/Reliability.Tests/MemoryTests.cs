using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests;

/// <summary>What passes through the server does not stay in it.</summary>
public sealed class MemoryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long Mega = 1 << 20;
    private const long PackSize = 1L << 30;
    private const long Allowed = 100_000_000;
    private const string Big = "refs/heads/big";

    private GranaryServer _server = null!;
    private TestRepository _repository = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Http__WriteStallTimeout"] = "00:00:03" });
        _repository = await TestRepository.CreateAsync(_server);
        await WarmUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task OneGibibytePack_PushedAndFetched_LeavesPrivateMemoryFlat()
    {
        using var client = _repository.Connect();
        using var pack = new BigPack(PackSize, Big);
        await using var watch = MemoryWatch.Start(_server);
        var clock = Stopwatch.StartNew();
        var report = await client.PushAsync(pack);
        Assert.True(report.IsOk, report.ToString());
        output.WriteLine($"push: {clock.Elapsed.TotalSeconds:F1} s, private memory {watch.Base / Mega} MiB, grown by at most {watch.Growth / Mega} MiB");
        Assert.True(watch.Growth < Allowed, $"A push took {watch.Growth} bytes.");

        clock.Restart();
        using var answer = await client.FetchAsync(pack.Id);
        using var body = await answer.Content.ReadAsStreamAsync();
        var count = 0L;
        var buffer = new byte[256 << 10];
        for (int read; (read = await body.ReadAsync(buffer)) > 0; count += read) ;
        output.WriteLine($"fetch: {clock.Elapsed.TotalSeconds:F1} s, {count} bytes, grown by at most {watch.Growth / Mega} MiB");
        Assert.True(count > PackSize, $"Only {count} bytes came.");
        Assert.True(watch.Growth < Allowed, $"A push and a fetch took {watch.Growth} bytes.");
        await _repository.UntilIdleAsync();
    }

    [Fact]
    public async Task GzipBomb_AsAFetchRequest_IsRefusedAtTheLimitOfWhatItUnpacksTo()
    {
        await using var watch = MemoryWatch.Start(_server);
        using var client = _repository.Connect();
        using var bomb = new ByteArrayContent(Compress(2048 * Mega));
        bomb.Headers.ContentEncoding.Add("gzip");
        using var answer = await client.PostAsync("git-upload-pack", bomb, HttpCompletionOption.ResponseContentRead);
        output.WriteLine($"{(int)answer.StatusCode}: grown by at most {watch.Growth / Mega} MiB");
        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{answer.StatusCode}");

        // The limit on fetch requests is 64 MiB, and a buffer that grows holds its old half and its new.
        Assert.True(watch.Growth < 300 * Mega, $"A bomb took {watch.Growth} bytes.");
        await _repository.UntilIdleAsync();
    }

    [Fact]
    public async Task ClientThatTakesNothing_IsDroppedAndItsGitEnded()
    {
        using var client = _repository.Connect();
        using var pack = new BigPack(64 * Mega, Big);
        Assert.True((await client.PushAsync(pack)).IsOk);
        await using var watch = MemoryWatch.Start(_server);
        var request = RawClient.FetchRequest(pack.Id);
        var head = RawHttp.PostHead(
            "/" + _repository.Path, "git-upload-pack", request.Length,
            "Git-Protocol: version=2\r\n" + RawHttp.Authorization(GranaryServer.AdminName, GranaryServer.AdminPassword));
        using var slow = await RawHttp.ConnectAsync(_server.Port);
        await slow.SendAsync(head, request);
        await Until.HoldsAsync("git makes the pack", () => _server.Children.Count > 0);
        await _repository.UntilIdleAsync();
        Assert.True(watch.Growth < Allowed, $"A client that reads nothing took {watch.Growth} bytes.");
    }

    [Fact]
    public async Task IdleConnections_TwoHundred_TakeLittleAndGiveItBack()
    {
        var descriptors = Descriptors();
        await using var watch = MemoryWatch.Start(_server);
        var clients = new List<TcpClient>();
        for (var i = 0; i < 200; i++)
        {
            clients.Add(new TcpClient());
            await clients[^1].ConnectAsync(IPAddress.Loopback, _server.Port);

            // Half of them begin a request and leave it at that.
            if (i % 2 == 0) await clients[^1].GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /{_repository.Path}/git-upload-pack HTTP/1.1\r\nHost: a\r\n"));
        }

        // Some of the descriptors counted before belong to the warm-up and close meanwhile.
        await Until.HoldsAsync("the server has taken the connections", () => Descriptors() >= descriptors + 150);
        var clock = Stopwatch.StartNew();
        using (var client = _repository.Connect()) Assert.NotEmpty(await client.LsRefsAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"An ls-refs beside idle connections took {clock.Elapsed}.");
        foreach (var client in clients) client.Dispose();
        await Until.HoldsAsync("the connections are given back", () => Descriptors() <= descriptors + 5);
        Assert.Empty(_server.Children);
        Assert.True(watch.Growth < 50 * Mega, $"Idle connections took {watch.Growth} bytes.");
    }

    private int Descriptors() => Directory.GetFileSystemEntries($"/proc/{_server.ProcessId}/fd").Length;

    /// <summary>Code is compiled and pools are filled before anything is measured.</summary>
    private async Task WarmUpAsync()
    {
        using var client = _repository.Connect();
        using var pack = new BigPack(32 * Mega, "refs/heads/warm");
        Assert.True((await client.PushAsync(pack)).IsOk);
        using var answer = await client.FetchAsync(pack.Id);
        await answer.Content.CopyToAsync(Stream.Null);
    }

    /// <summary>A fetch request that never stops asking for one object.</summary>
    private static byte[] Compress(long size)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            var head = RawClient.FetchRequest();
            gzip.Write(head.AsSpan(0, head.Length - PktLines.Of("done\n").Length - PktLines.Flush.Length));
            var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(PktLines.Of($"want {Command.Zero}\n"), 20_000)));
            for (var written = 0L; written < size; written += lines.Length) gzip.Write(lines);
        }

        return output.ToArray();
    }
}
