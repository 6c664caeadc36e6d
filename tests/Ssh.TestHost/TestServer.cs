using System.Net;
using Granary.Frontends.Ssh.Protocol;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Granary.Tests.Ssh.TestHost;

/// <summary>The protocol layer on Kestrel with <see cref="TestCommands"/> behind it, in this process.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private readonly FaultCounter _faults;

    private TestServer(WebApplication application, FaultCounter faults)
    {
        _application = application;
        _faults = faults;
    }

    public int Port { get; private init; }

    public SshConnections Connections => _application.Services.GetRequiredService<SshConnections>();

    public TestCommands Commands => _application.Services.GetRequiredService<TestCommands>();

    /// <summary>Exceptions of connections that were not foreseen.</summary>
    public int Faults => _faults.Count;

    public IServiceProvider Services => _application.Services;

    /// <param name="hostKeyPath">Folder of the host keys.</param>
    /// <param name="authority">Who may log in.</param>
    /// <param name="arguments">Settings as on a command line, <c>--Granary:Ssh:RekeyBytes=1048576</c>.</param>
    /// <param name="port">0 for a free one.</param>
    /// <param name="logs">Whether to log to the console.</param>
    public static async Task<TestServer> StartAsync(string hostKeyPath, ISshAuthority authority, string[] arguments, int port = 0, bool logs = false)
    {
        var builder = WebApplication.CreateSlimBuilder([.. arguments, $"--Granary:Ssh:HostKeyPath={hostKeyPath}"]);
        if (!logs) builder.Logging.ClearProviders();
        var faults = new FaultCounter();
        builder.Logging.AddProvider(faults);
        builder.Services.AddSshProtocol(builder.Configuration);
        builder.Services.AddSingleton(authority);
        builder.Services.AddSingleton<TestCommands>();
        builder.Services.AddSingleton<ISshCommandHandler>(provider => provider.GetRequiredService<TestCommands>());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(new SshEndPoint(new IPEndPoint(IPAddress.Loopback, port)), listen => listen.UseConnectionHandler<SshConnectionHandler>()));
        var application = builder.Build();
        await application.StartAsync();
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestServer(application, faults) { Port = new Uri(address).Port };
    }

    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public Task WaitForShutdownAsync() => _application.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }
}
