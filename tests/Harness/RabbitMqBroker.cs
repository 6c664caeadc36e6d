using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Granary.Tests.Harness;

/// <summary>A real RabbitMQ on loopback with a data folder and ports of its own. It can be killed and started again on its data.</summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _folder = new();
    private readonly int _distributionPort = FreePorts.Next();
    private readonly int _mapperPort = FreePorts.Next();
    private readonly int _tlsPort = FreePorts.Next();
    private string _settings = "";
    private Process? _mapper;
    private Process? _process;

    private RabbitMqBroker()
    {
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    public static bool IsInstalled => File.Exists(Program);

    public int Port { get; } = FreePorts.Next();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string TlsAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_tlsPort}");

    /// <summary>For other files of the test that last as long as the broker.</summary>
    public TemporaryFolder Folder => _folder;

    /// <summary>The broker's log of all starts.</summary>
    public string Log => string.Concat(Directory.EnumerateFiles(_folder["log"], "*.log").Select(File.ReadAllText));

    /// <param name="start">False: nothing runs until <see cref="StartAgainAsync"/>.</param>
    public static async Task<RabbitMqBroker> StartAsync(bool start = true)
    {
        var broker = new RabbitMqBroker();
        if (start) await broker.StartAgainAsync();
        return broker;
    }

    /// <summary>From the next start on it listens at <see cref="TlsAddress"/> too; the files are PEM.</summary>
    public void UseTls(string certificatePath, string keyPath) => _settings = $"""
        listeners.ssl.1 = 127.0.0.1:{_tlsPort}
        ssl_options.certfile = {certificatePath}
        ssl_options.keyfile = {keyPath}
        ssl_options.verify = verify_none
        """;

    public async Task StartAgainAsync()
    {
        var configuration = $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            loopback_users.guest = true
            vm_memory_high_watermark.absolute = 1GB
            disk_free_limit.absolute = 50MB
            {_settings}
            """;
        await File.WriteAllTextAsync(_folder["rabbitmq.conf"], configuration);

        // Erlang's port mapper is a process of ours: RabbitMQ would start one that outlives it.
        if (_mapper is null or { HasExited: true }) _mapper = Launch("epmd", "-port", _mapperPort.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1");
        _process = Launch("setsid", Program);
        await Until.HoldsAsync("the broker listens", IsListeningAsync, StartBound);
    }

    /// <summary>
    /// Ends it in order and starts it again. RabbitMQ 3.10 forgets the members of a queue that was made in the seconds before a kill,
    /// which then never elects a leader: after this its queues are old enough for kills.
    /// </summary>
    public async Task RestartAsync()
    {
        SignalAll(ServerProcesses.SignalTerminate);
        await _process!.WaitForExitAsync();
        await StartAgainAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        ServerProcesses.KillSession(_process!.Id);
        await _process.WaitForExitAsync();
        await Until.HoldsAsync("the broker has ended", () => ServerProcesses.ChildrenOf(_process.Id).Count == 0);
    }

    /// <summary>SIGSTOP: it accepts connections, and answers nothing.</summary>
    public void Stop() => SignalAll(ServerProcesses.SignalStop);

    public void Continue() => SignalAll(ServerProcesses.SignalContinue);

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        if (_process is not null) await KillAsync();
        if (_mapper is { HasExited: false })
        {
            _mapper.Kill();
            await _mapper.WaitForExitAsync();
        }

        _folder.Dispose();
    }

    private void SignalAll(int signal)
    {
        foreach (var (id, _) in ServerProcesses.ChildrenOf(_process!.Id).Append((_process.Id, ""))) ServerProcesses.Signal(id, signal);
    }

    private void KillAtExit(object? sender, EventArgs arguments)
    {
        if (_process is not null) ServerProcesses.KillSession(_process.Id);
        if (_mapper is { HasExited: false }) _mapper.Kill();
    }

    private async Task<bool> IsListeningAsync()
    {
        if (_process!.HasExited) throw new InvalidOperationException($"The broker ended with {_process.ExitCode}.");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Process Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        CleanEnvironment.Apply(start.Environment, _folder.Path);
        start.Environment["RABBITMQ_NODENAME"] = "granary@localhost";
        start.Environment["RABBITMQ_CONFIG_FILE"] = _folder["rabbitmq"];
        start.Environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder["plugins"];
        start.Environment["RABBITMQ_MNESIA_BASE"] = _folder["mnesia"];
        start.Environment["RABBITMQ_LOG_BASE"] = _folder["log"];
        start.Environment["RABBITMQ_PID_FILE"] = _folder["pid"];
        start.Environment["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";

        // An idle scheduler must not spin: the tests share the processors with it.
        start.Environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none";
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
