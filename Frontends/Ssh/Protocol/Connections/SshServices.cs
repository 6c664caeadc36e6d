using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.KeyExchange;
using Granary.Frontends.Ssh.Protocol.Limits;
using Granary.Frontends.Ssh.Protocol.Proxy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Connections;

/// <summary>What all connections share.</summary>
internal sealed class SshServices(
    IOptions<SshOptions> options, ISshAuthority authority, ISshCommandHandler handler, HostKeySet hostKeys, KeyExchangeLimiter keyExchangeLimiter,
    StartupLimiter startupLimiter, WindowBudget windowBudget, TrustedNetworks proxyNetworks, SshConnections connections, SshInstruments instruments,
    TimeProvider time, ILogger<SshConnectionHandler> logger)
{
    public SshOptions Options { get; } = options.Value;

    public ISshAuthority Authority { get; } = authority;

    public ISshCommandHandler Handler { get; } = handler;

    public HostKeySet HostKeys { get; } = hostKeys;

    public KeyExchangeLimiter KeyExchangeLimiter { get; } = keyExchangeLimiter;

    public StartupLimiter StartupLimiter { get; } = startupLimiter;

    public WindowBudget WindowBudget { get; } = windowBudget;

    public TrustedNetworks ProxyNetworks { get; } = proxyNetworks;

    public SshConnections Connections { get; } = connections;

    public SshInstruments Instruments { get; } = instruments;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;
}
