using System.Diagnostics;
using System.Net;
using System.Text;
using Granary.Reliability.Tests.Clients;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Bombs;

/// <summary>Requests of a fetch that ask for more than anybody needs: refused in words, or served within the limits of a git process.</summary>
public sealed class FetchBombTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const long Limit = 128 << 20;
    private const long ServerGrowth = 768L << 20;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(5);

    private readonly MeteredGit _git = new();
    private GranaryServer _server = null!;
    private TestRepository _repository = null!;
    private TestRepository _other = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Git__MemoryLimit"] = Limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Granary__Git__Executable"] = _git.Executable,
        });
        _repository = await TestRepository.CreateAsync(_server);
        _other = await TestRepository.CreateAsync(_server, "other");
        await _repository.UntilIdleAsync();
        _ = _git.TakePeak();
    }

    public async ValueTask DisposeAsync()
    {
        _other?.Dispose();
        _repository?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _git.Dispose();
    }

    [Fact]
    public async Task Lists_LongerThanAnybodyNeeds_AreRefusedByTheirNumber()
    {
        await RefusedAsync("haves beyond the limit", Fetch(Many(250_001, static i => $"have {i:x40}")), "more than 250000 'have' lines");
        await RefusedAsync("1,000,000 haves", Fetch(Many(1_000_000, static i => $"have {i:x40}")), "more than 250000 'have' lines");
        await RefusedAsync("wants beyond the limit", Fetch(Many(1_000_001, static i => $"want {i:x40}")), "more than 1000000 'want' lines");
        await RefusedAsync("deepen-not", Fetch(Many(100_000, static i => $"deepen-not refs/heads/b{i}")), "more than 100 'deepen' lines");
        await RefusedAsync("deepen-since", Fetch(Many(101, static i => $"deepen-since {i}")), "more than 100 'deepen' lines");
        await RefusedAsync("deepen", Fetch(Many(101, static i => $"deepen {i}")), "more than 100 'deepen' lines");
        await RefusedAsync("shallows", Fetch(Many(100_001, static i => $"shallow {i:x40}")), "more than 100000 'shallow' lines");
        await RefusedAsync("two filters", Fetch(["filter blob:none", "filter blob:none"]), "more than 1 'filter' lines");
        await RefusedAsync("100,000 prefixes", Request("ls-refs", Many(100_000, static i => $"ref-prefix refs/heads/b{i}")), "more than 65536 ref-prefix arguments");
        await RefusedAsync(
            "capabilities", PktLines.Of("command=fetch") + string.Concat(Many(1_000, static i => $"capability{i}").Select(PktLines.Of)) + PktLines.Delimiter + PktLines.Flush,
            "too many capabilities");
        Assert.Equal(0, _git.TakePeak());
    }

    [Fact]
    public async Task Filters_ThatAreNotServed_AreRefusedInTheProtocol()
    {
        await ErrorAsync("sparse:oid", Fetch([$"want {_repository.Base}", $"filter sparse:oid={_repository.Base}", "done"]), "filter 'sparse:oid' is not supported");
        await ErrorAsync("sparse:path", Fetch([$"want {_repository.Base}", "filter sparse:path=/etc/passwd", "done"]), "filter 'sparse:path' is not supported");
        await ErrorAsync("a deep tree", Fetch([$"want {_repository.Base}", "filter tree:2147483647", "done"]), "filter 'tree' is served up to depth 16");
        await ErrorAsync(
            "parts", Fetch([$"want {_repository.Base}", "filter combine:" + string.Join('+', Enumerable.Repeat("tree:1", 5_000)), "done"]), "longer than 1024 bytes");
        await ErrorAsync("few parts", Fetch([$"want {_repository.Base}", "filter combine:" + string.Join('+', Enumerable.Repeat("tree:1", 9)), "done"]), "more than 8 parts");
        Assert.Equal(0, _git.TakePeak());

        // As git's user reads it, over both transports and in both ways of asking.
        foreach (var version in (int[])[0, 2])
        {
            var clone = await _repository.Git.TryAsync("-c", $"protocol.version={version}", "clone", "-q", "--filter=sparse:oid=main:file", _repository.Url, $"sparse{version}");
            Assert.NotEqual(0, clone.ExitCode);
            Assert.Contains("filter 'sparse:oid' is not supported", clone.Error, StringComparison.Ordinal);
            await _repository.Git.RunAsync("-c", $"protocol.version={version}", "clone", "-q", "--no-checkout", "--filter=combine:blob:none+tree:0", _repository.Url, $"combined{version}");
        }
    }

    [Fact]
    public async Task Lists_WithinTheLimits_AreServedWithinThoseOfAProcess()
    {
        // What nobody has is no offence in a have; git answers what it knows, which is nothing.
        var haves = await AskAsync("250,000 haves", Fetch([$"want {_repository.Base}", .. Many(250_000, static i => $"have {i + 1:x40}"), "done"]));
        Assert.Equal(HttpStatusCode.OK, haves.Status);
        Assert.Contains("packfile\n", haves.Text, StringComparison.Ordinal);
        var wants = await AskAsync("100,000 wants", Fetch([.. Many(100_000, _ => $"want {_repository.Base}"), "done"]));
        Assert.Contains("packfile\n", wants.Text, StringComparison.Ordinal);
        var unknown = await AskAsync("100,000 wants of nothing", Fetch([.. Many(100_000, static i => $"want {i + 1:x40}"), "done"]));
        Assert.Contains("ERR upload-pack: not our ref", unknown.Text, StringComparison.Ordinal);
        var prefixes = await AskAsync("60,000 prefixes", Request("ls-refs", Many(60_000, static i => $"ref-prefix refs/heads/m{i}")));
        Assert.Equal(PktLines.Flush, prefixes.Text);
        var depth = await AskAsync("a huge depth", Fetch([$"want {_repository.Base}", "deepen 2147483647", "done"]));
        Assert.Contains("packfile\n", depth.Text, StringComparison.Ordinal);
        var overflow = await AskAsync("no depth", Fetch([$"want {_repository.Base}", "deepen 99999999999999999999999", "done"]));
        Assert.Contains("ERR", overflow.Text, StringComparison.Ordinal);
        var uris = await AskAsync("packfile-uris", Fetch([$"want {_repository.Base}", "packfile-uris http,https", "done"]));
        Assert.Contains("packfile\n", uris.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("packfile-uris", uris.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ssh_ListsAndFiltersBeyondTheLimits_AreRefusedInWords()
    {
        var ssh = await SshClient.CreateAsync(_repository.Git.Folder, _server);
        await _server.Admin.PostAsync($"users/{GranaryServer.AdminName}/keys", new { publicKey = ssh.PublicKey });
        var haves = Many(250_001, static i => $"have {i:x40}");
        await SshRefusedAsync(ssh, "version=2", Fetch([$"want {_repository.Base}", .. haves, "done"]), "more than 250000 'have' lines");
        var wants = PktLines.Of($"want {_repository.Base} ofs-delta\n");
        await SshRefusedAsync(ssh, null, wants + PktLines.Flush + string.Concat(haves.Select(PktLines.Of)), "more than 250000 'have' lines");
        await SshRefusedAsync(ssh, null, wants + string.Concat(Many(101, static i => $"deepen-not b{i}").Select(PktLines.Of)) + PktLines.Flush, "more than 100 'deepen' lines");
        await SshRefusedAsync(ssh, "version=2", Request("ls-refs", Many(100_000, static i => $"ref-prefix refs/heads/b{i}")), "more than 65536 ref-prefix arguments");
        var git = _repository.Git.With("GIT_SSH_COMMAND", ssh.Command);
        foreach (var version in (int[])[0, 1, 2])
        {
            var clone = await git.TryAsync(
                "-c", $"protocol.version={version}", "clone", "-q", "--filter=sparse:oid=main:file", $"ssh://git@127.0.0.1:{_server.SshPort}/{_repository.Path}", $"ssh{version}");
            Assert.NotEqual(0, clone.ExitCode);
            Assert.Contains("filter 'sparse:oid' is not supported", clone.Error, StringComparison.Ordinal);
        }
    }

    private async Task SshRefusedAsync(SshClient ssh, string? protocol, string request, string reason)
    {
        using var process = ssh.Start(["git-upload-pack", $"'/{_repository.Path}'"], protocol: protocol);
        var error = process.StandardError.ReadToEndAsync();
        var answer = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(request));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The server has read enough.
        }

        using var bound = new CancellationTokenSource(Bound);
        await process.WaitForExitAsync(bound.Token);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains(reason, await error + await answer, StringComparison.Ordinal);
    }

    private static string[] Many(int count, Func<int, string> line) => [.. Enumerable.Range(0, count).Select(line)];

    private static string Fetch(IEnumerable<string> arguments) => Request("fetch", arguments);

    private static string Request(string command, IEnumerable<string> arguments) =>
        new StringBuilder(PktLines.Of($"command={command}")).Append(PktLines.Of("object-format=sha1")).Append(PktLines.Delimiter)
            .AppendJoin("", arguments.Select(PktLines.Of)).Append(PktLines.Flush).ToString();

    private async Task RefusedAsync(string what, string request, string reason)
    {
        var (status, text) = await AskAsync(what, request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text, StringComparison.Ordinal);
    }

    private async Task ErrorAsync(string what, string request, string reason)
    {
        var (status, text) = await AskAsync(what, request);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("ERR upload-pack: ", text, StringComparison.Ordinal);
        Assert.Contains(reason, text, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(string what, string request)
    {
        using var client = _repository.Connect();
        using var others = _other.Connect();
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(request));
        var before = ServerMemory();
        var clock = Stopwatch.StartNew();
        var asking = client.PostAsync("git-upload-pack", body, HttpCompletionOption.ResponseContentRead);
        var slowest = TimeSpan.Zero;
        while (!asking.IsCompleted)
        {
            var look = Stopwatch.StartNew();
            Assert.NotEmpty(await others.LsRefsAsync());
            if (look.Elapsed > slowest) slowest = look.Elapsed;
        }

        using var answer = await asking;
        var text = Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync());
        await _repository.UntilIdleAsync();
        var growth = ServerMemory() - before;
        output.WriteLine($"{what}: {request.Length} bytes, {clock.ElapsedMilliseconds} ms, server's growth {growth >> 20} MiB, slowest look {slowest.TotalMilliseconds:F0} ms; {(int)answer.StatusCode}");
        Assert.True(clock.Elapsed < Bound, $"{what}: {clock.Elapsed}.");
        Assert.True(slowest < Fast, $"{what}: another repository's answer took {slowest}.");
        Assert.InRange(growth, long.MinValue, ServerGrowth);
        return (answer.StatusCode, text);
    }

    private long ServerMemory()
    {
        var line = File.ReadLines($"/proc/{_server.ProcessId}/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
