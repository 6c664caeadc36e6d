using System.Diagnostics;
using System.Net;
using System.Text;

namespace Granary.Tests.Harness;

/// <summary>
/// The built server as its users run it: one process with a data folder and ports of its own, configured by environment
/// variables. It can be signalled, killed and started again on the same data and ports.
/// </summary>
public sealed class GranaryServer : IAsyncDisposable
{
    public const string AdminName = "admin";
    public const string AdminPassword = "the password of the tests";

    /// <summary>Settings of every server of these tests, before its own.</summary>
    public static IDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        // The register's git processes would come in between wherever a test counts or waits for processes.
        ["Granary__Hooks__Commits__Delay"] = "01:00:00",
    };

    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _health = Api.NewClient();
    private readonly StringBuilder _output = new();
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly IReadOnlyList<string> _launcher;
    private Process? _process;

    private GranaryServer(IReadOnlyDictionary<string, string>? settings, IReadOnlyList<string>? launcher, string? dataPath)
    {
        _settings = settings ?? new Dictionary<string, string>();
        _launcher = launcher ?? [];
        (Port, RpcPort, SshPort) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
        DataPath = dataPath ?? _folder["data"];
        Admin = new Api(Url, AdminName, AdminPassword);
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public int Port { get; }

    /// <summary>gRPC, and everything else over HTTP/2 without TLS.</summary>
    public int RpcPort { get; }

    public int SshPort { get; }

    /// <summary>Without a slash at its end.</summary>
    public string Url => $"{Scheme}://127.0.0.1:{Port}";

    public string RpcUrl => $"{Scheme}://127.0.0.1:{RpcPort}";

    public string DataPath { get; }

    /// <summary>The JSON API as the administrator.</summary>
    public Api Admin { get; }

    /// <summary>The server's process id; the id of its session too.</summary>
    public int ProcessId => (_process ?? throw new InvalidOperationException("The server was not started.")).Id;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Null while it runs; 128 + n after signal n.</summary>
    public int? ExitCode => _process is { HasExited: true } process ? process.ExitCode : null;

    /// <summary>All it printed, of every start.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Living processes that the server started, with their names.</summary>
    public IReadOnlyList<(int Id, string Name)> Children => ServerProcesses.ChildrenOf(ProcessId);

    private string Scheme => _settings.ContainsKey("Granary__Http__Tls__CertificatePath") ? "https" : "http";

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="settings">Environment variables beyond data path, ports and password, as <c>Granary__Git__MaxPackSize</c>.</param>
    /// <param name="launcher">A program and its arguments that runs the server, as <c>strace -f</c>; the process id is then its.</param>
    /// <param name="dataPath">The data folder; null: one of its own.</param>
    public static async Task<GranaryServer> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, IReadOnlyList<string>? launcher = null, string? dataPath = null)
    {
        var server = new GranaryServer(settings, launcher, dataPath);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on its data and ports, after <see cref="KillAsync"/> or <see cref="TerminateAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        if (IsRunning) throw new InvalidOperationException("The server runs.");
        _process?.Dispose();
        _process = Launch();
        await Until.HoldsAsync("the server is ready", IsReadyAsync, StartBound);
    }

    /// <summary>The address of a repository, <c>PROJECT/REPOSITORY</c>, with a login in it when one is given.</summary>
    public string RepositoryUrl(string path, string? user = null, string? secret = null) => user is null
        ? $"{Url}/{path}"
        : $"{Scheme}://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(secret ?? "")}@127.0.0.1:{Port}/{path}";

    /// <summary>The bare repository on disk.</summary>
    public async Task<string> FolderOfAsync(string project, string repository)
    {
        var id = (await Admin.GetAsync($"projects/{project}/repositories/{repository}")).GetProperty("repositoryId").GetString()!;
        return Path.Combine(DataPath, "repositories", id[..2], id[2..4], id + ".git");
    }

    public void Signal(int signal) => ServerProcesses.Signal(ProcessId, signal);

    public void Stop() => Signal(ServerProcesses.SignalStop);

    public void Continue() => Signal(ServerProcesses.SignalContinue);

    /// <summary>kill -9 of the server alone: its git children end, or not, as in a real crash.</summary>
    public Task KillAsync()
    {
        Signal(ServerProcesses.SignalKill);
        return WaitForExitAsync();
    }

    /// <summary>SIGTERM, and a wait for the end.</summary>
    public Task TerminateAsync(TimeSpan? bound = null)
    {
        Signal(ServerProcesses.SignalTerminate);
        return WaitForExitAsync(bound);
    }

    public Task WaitForExitAsync(TimeSpan? bound = null) => Until.HoldsAsync("the server has ended", () => !IsRunning, bound);

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        if (_process is not null)
        {
            ServerProcesses.KillSession(_process.Id);
            if (IsRunning) await WaitForExitAsync();
            _process.Dispose();
        }

        Admin.Dispose();
        _health.Dispose();
        _folder.Dispose();
    }

    private void KillAtExit(object? sender, EventArgs arguments)
    {
        if (_process is not null) ServerProcesses.KillSession(_process.Id);
    }

    private Process Launch()
    {
        // setsid(1) becomes the server by exec, so the process id is the server's and the session's.
        var start = new ProcessStartInfo("setsid", [.. _launcher, BuiltServer.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        };
        CleanEnvironment.Apply(start.Environment, _folder.Path);
        start.Environment["Granary__DataPath"] = DataPath;
        start.Environment["Granary__Http__Port"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["Granary__Rpc__Port"] = RpcPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["Granary__Ssh__Port"] = SshPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["Granary__Admin__Password"] = AdminPassword;
        foreach (var (name, value) in Defaults.Concat(_settings)) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }

    private async Task<bool> IsReadyAsync()
    {
        if (!IsRunning) throw new InvalidOperationException($"The server ended with {ExitCode}:\n{Output}");
        try
        {
            using var answer = await _health.GetAsync(new Uri($"{Url}/healthz/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
