using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Granary.Security.Tests.Rights;
using Granary.Tests.Harness;
using Grpc.Core;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Security.Tests.Injection;

/// <summary>
/// Hostile texts in every parameter that the public has, and a recorder in git's place: none may arrive as an argument before
/// <c>--end-of-options</c>, none in the environment, no command may run, and nothing may appear outside of the data folder.
/// </summary>
public sealed class ArgumentTests : IAsyncLifetime
{
    private readonly Recorder _recorder = new();
    private readonly TemporaryFolder _clones = new();
    private readonly ConcurrentBag<string> _faults = [];
    private GranaryServer _server = null!;
    private GitClient _work = null!;

    private static AuthenticationHeaderValue Login { get; } = Api.Basic(GranaryServer.AdminName, GranaryServer.AdminPassword);

    private string Url => _server.RepositoryUrl("DEMO/repo.git", GranaryServer.AdminName, GranaryServer.AdminPassword);

    private string[] Hostile => HostileValues.All(_recorder.Canary);

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string> { ["Granary__Git__Executable"] = _recorder.Executable });
        await _server.Admin.CreateProjectAsync("DEMO");
        await _server.Admin.CreateRepositoryAsync("DEMO", "repo");
        var git = GitClient.Create(_clones.Path);
        await git.RunAsync("init", "-q", "work");
        _work = git.In("work");
        await _work.RunAsync("commit", "-q", "--allow-empty", "-m", "first");
        await _work.RunAsync("push", "-q", Url, "HEAD:refs/heads/main");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _recorder.Dispose();
        _clones.Dispose();
    }

    [Fact]
    public async Task Api_HostileTextInEveryField_ReachesNoCommand()
    {
        using var client = new ApiClient(_server);
        var calls =
            from method in ApiCalls.All
            from value in Hostile
            from request in HostileRequests.Of(method, "DEMO", "repo", value)
            select (method, request);
        var count = 0;
        await Parallel.ForEachAsync(calls, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (c, _) =>
        {
            Interlocked.Increment(ref count);
            Check($"gRPC {c.method.Name} {c.request}", await client.CallAsync(c.method, c.request, Login));
            if (c.method.IsClientStreaming || c.method.IsServerStreaming) return;
            foreach (var (verb, path, body) in ApiCalls.JsonForms(c.method, c.request))
                Check($"{verb} {path}", await client.SendAsync(verb, path, body, Login));
        });
        Assert.True(count > 1000, $"{count} requests");
        await UseGitAsync();
        AssertHarmless();
    }

    [Fact]
    public async Task Download_HostileTextInEveryPart_ReachesNoCommand()
    {
        const string archives = "/api/v1/projects/DEMO/repositories/repo/archive";
        foreach (var value in Hostile.Select(Uri.EscapeDataString))
        {
            await GetAsync($"{archives}/{value}.zip");
            await GetAsync($"{archives}/main.tar.gz?prefix={value}");
            await GetAsync($"{archives}/main.tar?path={value}");
            await GetAsync($"{archives}/main.tar?rawPath={Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(value))).Replace('+', '-').Replace('/', '_')}");
        }

        Assert.Contains(_recorder.Calls(), static call => call.Arguments[0] == "archive");
        AssertHarmless();
    }

    [Fact]
    public async Task Git_HostileTextInEveryPartOfARequest_ReachesNoCommand()
    {
        var head = await _work.RunAsync("rev-parse", "HEAD");
        foreach (var value in Hostile)
        {
            foreach (var name in (string[])[value, "refs/heads/" + value, "refs/tags/" + value, "refs/" + value])
            {
                await PostAsync(Wire.ReceivePack, [.. Wire.Pkt($"{Wire.Zero} {head} {name}\0 report-status push-options agent={value}"), .. Wire.Flush, .. Wire.Pkt("option=" + value), .. Wire.Flush, .. EmptyPack]);
                await PostAsync(Wire.ReceivePack, [.. Wire.Pkt($"{head} {Wire.Zero} {name}\0 report-status"), .. Wire.Flush]);
            }

            await PostAsync(Wire.ReceivePack, [.. Wire.Pkt($"{value} {value} {value}\0{value}"), .. Wire.Flush]);
            await FetchAsync("ls-refs", $"ref-prefix {value}", value);
            foreach (var line in (string[])["want-ref " + value, "want-ref refs/heads/" + value, "want " + value, "have " + value, "deepen-not " + value, "deepen-since " + value, "deepen " + value, "filter " + value, "filter sparse:oid=" + value, "shallow " + value, value])
                await FetchAsync("fetch", "want " + head, line, "done");
            await FetchAsync(value, value);
            await PostAsync(Wire.UploadPack, [.. Wire.Pkt($"want {head} {value} agent={value}\n"), .. Wire.Pkt($"deepen-not {value}\n"), .. Wire.Flush, .. Wire.Pkt("done\n")]);
            await GetAsync($"/DEMO/{Uri.EscapeDataString(value)}.git/info/refs?service=git-upload-pack");
            await GetAsync($"/{Uri.EscapeDataString(value)}/repo.git/info/refs?service=git-upload-pack");
            await GetAsync($"/DEMO/repo.git/info/refs?service={Uri.EscapeDataString(value)}");
            await GetAsync("/DEMO/repo.git/info/refs?service=git-upload-pack", ("User-Agent", value), ("Git-Protocol", value), ("X-Forwarded-For", value), ("Accept-Language", value));
            await PostAsync(Wire.UploadPack, [.. Wire.Pkt($"want {head}\n"), .. Wire.Flush, .. Wire.Pkt("done\n")], ("Git-Protocol", $"version=1:{value}"), ("User-Agent", value));
        }

        AssertHarmless();
    }

    [Fact]
    public async Task History_OfHostileNames_ReachesNoCommand()
    {
        await _server.Admin.PostAsync(
            "projects/DEMO/repositories/repo/protection-rules", new { pattern = "**", noForce = true, commits = new { message = "^-", authorMail = HostileValues.Mark } });
        await _server.Admin.PatchAsync("projects/DEMO/repositories/repo/policy", new { maxFileSize = "1000", hiddenRefs = new { names = new[] { "refs/-" + HostileValues.Mark } } });
        var first = await _work.RunAsync("rev-parse", "HEAD");
        foreach (var (value, i) in Hostile.Where(static v => v.Length < 200 && !v.Contains('\0') && !v.Contains('\n')).Select(static (v, i) => (v, i)))
        {
            var work = _work.With("GIT_AUTHOR_NAME", value).With("GIT_AUTHOR_EMAIL", value).With("GIT_COMMITTER_NAME", value);
            var file = value.Replace('/', '_');
            await File.WriteAllTextAsync(Path.Combine(_work.Folder, file), new string('x', i % 2 == 0 ? 10 : 2000));
            await work.TryAsync("add", "--", file);
            await work.TryAsync("commit", "-q", "-m", value);
            await work.TryAsync("push", "-q", "-o", value, Url, $"HEAD:refs/heads/b{i}", $"HEAD:refs/-{HostileValues.Mark}");
            await work.RunAsync("reset", "-q", "--hard", first);
        }

        await UseGitAsync();
        AssertHarmless();
    }

    [Fact]
    public async Task PushOption_WithDelimiters_IsJournalledAsItIs()
    {
        const string Option = "a;b=c,\"d\"\\ {e}:[f] 日本 \u00e9 'x' && $y";
        await _work.RunAsync("push", "-q", "-o", Option, Url, "HEAD:refs/heads/options");
        var journal = Path.Combine(await _server.FolderOfAsync("DEMO", "repo"), "granary", "journal");
        var lines = Directory.EnumerateFiles(journal).SelectMany(File.ReadLines).Where(static l => l.Contains("refs/heads/options", StringComparison.Ordinal));
        var json = lines.Single();
        using var record = JsonDocument.Parse(json[json.IndexOf('{', StringComparison.Ordinal)..(json.LastIndexOf('}') + 1)]);
        Assert.Equal(Option, record.RootElement.GetProperty("options")[0].GetString());
    }

    [Fact]
    public async Task CommandLine_HostileArguments_ReachNoCommand()
    {
        // Each run starts a process of .NET; the rest of the values went through the same calls above.
        foreach (var value in Hostile.Where(static v => !v.Contains('\0')).Take(10))
        {
            string[][] commands =
            [
                ["repo", "create", "--description", value, "--", "DEMO/" + value], ["repo", "update", "DEMO/repo", "--default-branch=" + value], ["repo", "update", "DEMO/repo", "--description=" + value],
                ["repo", "protect", "--no-force", "--user=" + value, "--message=" + value, "--", "DEMO/repo", value], ["repo", "hide", "--", "DEMO/repo", value],
                ["user", "create", "--no-password", "--email=" + value, "--display-name=" + value, "--", value], ["project", "create", "--", value],
                ["repo", "rename", "--", "DEMO/repo", value], ["repo", "show", "--", value],
            ];
            await Parallel.ForEachAsync(commands, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (arguments, _) =>
            {
                var exitCode = await RunCliAsync(arguments);
                if (exitCode is not (0 or 1 or 2)) _faults.Add($"granary {string.Join(' ', arguments)} ended with {exitCode}");
            });
        }

        await UseGitAsync();
        AssertHarmless();
    }

    private static byte[] EmptyPack { get; } = [.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 0, .. Convert.FromHexString("029d08823bd8a8eab510ad6ac75c823cfd3ed31e")];

    private async Task<int> RunCliAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(BuiltServer.Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = _clones.Path };
        start.Environment["GRANARY_SERVER"] = _server.RpcUrl;
        start.Environment["GRANARY_USER"] = GranaryServer.AdminName;
        start.Environment["GRANARY_PASSWORD"] = GranaryServer.AdminPassword;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        _ = await output + await error;
        return process.ExitCode;
    }

    /// <summary>What was stored is met by git: a clone, a fetch, a push, whatever comes of them.</summary>
    private async Task UseGitAsync()
    {
        await _work.TryAsync("clone", "-q", "--mirror", Url, Path.Combine(_clones.Path, Guid.NewGuid().ToString("N")));
        await _work.TryAsync("-c", "protocol.version=0", "fetch", "-q", Url);
        await _work.TryAsync("commit", "-q", "--allow-empty", "-m", "more");
        await _work.TryAsync("push", "-q", Url, "HEAD:refs/heads/more");
    }

    private Task FetchAsync(string command, params string[] lines) => PostAsync(
        Wire.UploadPack,
        [.. Wire.Pkt($"command={command}\n"), .. Wire.Pkt($"agent={lines[^1]}\n"), .. Wire.Pkt($"server-option={lines[^1]}\n"), .. "0001"u8, .. lines.SelectMany(static l => Wire.Pkt(l + "\n")), .. "0000"u8],
        ("Git-Protocol", "version=2"));

    private async Task PostAsync(string service, byte[] body, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri($"{_server.Url}/DEMO/repo.git/{service}")) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue($"application/x-{service}-request");
        await SendAsync(message, headers);
    }

    private async Task GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Url + path));
        await SendAsync(message, headers);
    }

    private async Task SendAsync(HttpRequestMessage message, (string Name, string Value)[] headers)
    {
        message.Headers.Authorization = Login;
        foreach (var (name, value) in headers)
        {
            // What no header can carry is not sent by any client either.
            var clean = new string([.. value.Where(static c => c is >= ' ' and < '\u007f')]);
            message.Headers.TryAddWithoutValidation(name, clean);
        }

        using var answer = await _server.Admin.Client.SendAsync(message);
        if ((int)answer.StatusCode >= 500 && (int)answer.StatusCode != 501) _faults.Add($"{message.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private void Check(string what, ApiAnswer answer)
    {
        if (answer.Code is StatusCode.Internal or StatusCode.Unknown && !answer.Text.StartsWith('4')) _faults.Add($"{what}: {answer.Text}");
        if (what.Contains(" /api/", StringComparison.Ordinal) && answer.Text.Split("\n\n")[0].Contains("\nX-Injected", StringComparison.Ordinal)) _faults.Add($"{what}: a header was injected");
    }

    private void AssertHarmless()
    {
        Assert.True(_faults.IsEmpty, $"{_faults.Count} faults:\n" + string.Join('\n', _faults.Take(5)));
        Assert.False(File.Exists(_recorder.Canary), "a hostile command ran");
        var calls = _recorder.Calls();
        Assert.Contains(calls, static call => call.Arguments[0] == "index-pack");
        Assert.All(calls, static call =>
        {
            // A folder in an archive is the value of its option within the one argument, which cannot become another.
            var options = call.Arguments.TakeWhile(static argument => argument is not ("--" or "--end-of-options"))
                .Where(argument => call.Arguments[0] != "archive" || !argument.StartsWith("--prefix=", StringComparison.Ordinal));
            Assert.DoesNotContain(options, static argument => argument.Contains(HostileValues.Mark, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(call.Environment, static variable => variable.Contains(HostileValues.Mark, StringComparison.OrdinalIgnoreCase));
            Assert.All(call.Environment.Where(static v => v.StartsWith("GIT_PROTOCOL=", StringComparison.Ordinal)), static v => Assert.Matches("^GIT_PROTOCOL=version=[12]$", v));
        });

        // Names never become paths: the data folder is where it was, and holds what it held.
        var outside = Directory.GetFileSystemEntries(Path.GetDirectoryName(_server.DataPath)!).Select(Path.GetFileName);
        Assert.DoesNotContain(outside, static name => name!.Contains(HostileValues.Mark, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(_server.DataPath, "*", SearchOption.AllDirectories),
            static path => path.Contains(HostileValues.Mark, StringComparison.Ordinal));
    }
}
