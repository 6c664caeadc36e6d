using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.Connections;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Granary.Frontends.Ssh.Protocol.Limits;
using Granary.Frontends.Ssh.Protocol.Proxy;
using Granary.Frontends.Ssh.Protocol.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol;

public static class SshProtocol
{
    /// <summary>
    /// Adds the server's protocol. <see cref="ISshAuthority"/> and <see cref="ISshCommandHandler"/> are the caller's to add, and an
    /// endpoint (<see cref="SshEndPoint"/>) with <see cref="SshConnectionHandler"/>.
    /// </summary>
    public static IServiceCollection AddSshProtocol(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SshOptions>().Bind(configuration.GetSection(SshOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SshOptions>, SshOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<IConnectionListenerFactory, SocketListenerFactory>();
        services.AddSingleton<HostKeySet>();
        services.AddSingleton<KeyExchangeLimiter>();
        services.AddSingleton(provider => new StartupLimiter(provider.GetRequiredService<IOptions<SshOptions>>(), new Random()));
        services.AddSingleton<WindowBudget>();
        services.AddSingleton<TrustedNetworks>();
        services.AddSingleton<SshConnections>();
        services.AddSingleton<SshInstruments>();
        services.AddSingleton<SshServices>();
        services.AddHostedService<HostKeyLoading>();
        services.AddHostedService<ConnectionSweep>();
        services.AddHostedService<GracefulStop>();
        return services;
    }
}
