using System.Net;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.Health;
using Granary.Frontends.Http;
using Granary.Frontends.Rpc;
using Granary.Frontends.Rpc.Server;
using Granary.Frontends.Ssh.Git;
using Granary.Frontends.Ssh.Protocol;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.Sockets;
using Granary.Grains.Accounts;
using Granary.Grains.Git;
using Granary.Grains.Storage;
using Granary.Imports;
using Granary.Silo.Health;
using Granary.Silo.Ssh;
using Granary.Silo.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Granary.Silo.Hosting;

/// <summary>Puts the parts together: what a silo is made of can be read here.</summary>
internal static class GranaryHost
{
    public static WebApplicationBuilder AddGranary(this WebApplicationBuilder builder, GranaryOptions options)
    {
        // Relative or missing until now: whoever reads it from here on gets the absolute path.
        builder.Configuration["Granary:DataPath"] = options.DataPath;
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddGranaryLogging();
        builder.AddGranarySilo(options, jobs: true);
        builder.AddGranaryTelemetry();
        builder.Services.AddGranaryGit(builder.Configuration, options.DataPath);
        builder.Services.AddGranaryGitProtocol(builder.Configuration);
        builder.Services.AddGranaryImports(builder.Configuration);
        builder.Services.AddGranaryHttp(builder.Configuration);
        builder.Services.AddGranaryRpc(builder.Configuration);
        builder.AddGranarySsh(options);
        builder.Services.AddSingleton<IReadinessCheck, VolumeCheck>();
        builder.Services.AddSingleton<IReadinessCheck, StorageCheck>();
        builder.Services.AddSingleton<AdminBootstrapService>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<AdminBootstrapService>());
        builder.Services.AddHostedService<DrainService>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + TimeSpan.FromSeconds(30));
        builder.AddGranaryListeners(options);
        return builder;
    }

    public static WebApplication MapGranary(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.MapGranaryHttp();
        app.MapGranaryRpc();
        app.MapGranaryTelemetry();
        return app;
    }

    /// <summary>The silo itself: clustering, storage and the grains of accounts and projects. Enough for work on the data without listeners.</summary>
    public static void AddGranarySilo(this IHostApplicationBuilder builder, GranaryOptions options, bool jobs = false) => builder.UseOrleans(silo =>
    {
        var ports = Ports.FindFree();
        silo.UseLocalhostClustering(ports.Silo, ports.Gateway, serviceId: "granary", clusterId: "granary");
        silo.AddGranarySqliteStorage(storage => storage.Path = Path.Combine(options.DataPath, "granary.db"));
        silo.AddGranaryAccounts(builder.Configuration);
        if (jobs) silo.AddGranaryJobs(builder.Configuration, options);
    });

    private static void AddGranarySsh(this WebApplicationBuilder builder, GranaryOptions options)
    {
        builder.Services.AddSingleton<ISshConnectionList, SshConnectionList>();
        if (options.Ssh is null)
        {
            builder.Services.AddSingleton<SshConnections>(); // None, for whoever asks.
            return;
        }

        builder.Services.AddSshProtocol(builder.Configuration);
        builder.Services.AddGranarySshGit(builder.Configuration);
        builder.Services.PostConfigure<SshOptions>(ssh =>
        {
            if (ssh.HostKeyPath.Length == 0) ssh.HostKeyPath = Path.Combine(options.DataPath, "ssh");
        });
    }

    private static void AddGranaryLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fffzzz ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);

        // At every start: advice about garbage collection, and a time since boot taken for a delay.
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
    }

    private static void AddGranaryListeners(this WebApplicationBuilder builder, GranaryOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A slow but living reader is legal; the git frontend ends those that take nothing at all.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = options.MaxStreamsPerConnection;
            kestrel.Listen(options.Http, listen =>
            {
                listen.Protocols = options.Tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (options.Tls is { } tls) listen.UseHttps(Tls.Load(tls.Certificate, tls.Key));
            });
            if (options.Ssh is { } ssh)
            {
                kestrel.Listen(new SshEndPoint(ssh), static listen =>
                {
                    // Made at the first connection: it needs the host keys, and nothing may touch the data before it is this process's.
                    var handler = new Lazy<SshConnectionHandler>(() => ActivatorUtilities.CreateInstance<SshConnectionHandler>(listen.ApplicationServices));
                    listen.Run(connection => handler.Value.OnConnectedAsync(connection));
                });
            }

            kestrel.Listen(options.Rpc, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (options.Tls is { } tls) listen.UseHttps(Tls.Load(tls.Certificate, tls.Key));
            });
        });
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<HttpOptions>>(static (forwarded, http) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in http.Value.TrustedProxies)
            {
                if (IPAddress.TryParse(proxy, out var address)) forwarded.KnownProxies.Add(address);
                else if (System.Net.IPNetwork.TryParse(proxy, out var network)) forwarded.KnownIPNetworks.Add(network);
            }

            // With no proxy named, nobody's header is believed; the framework's reading of an empty list is the opposite.
            if (forwarded.KnownProxies.Count == 0 && forwarded.KnownIPNetworks.Count == 0) forwarded.ForwardedHeaders = ForwardedHeaders.None;
        });
    }
}
