using Granary.Grains.Accounts;

namespace Granary.Silo.Hosting;

/// <summary>Makes the first administrator when the silo is active and before the listeners open.</summary>
internal sealed class AdminBootstrapService(AdminBootstrap bootstrap) : IHostedService
{
    public AdminBootstrapResult? Result { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken) => Result = await bootstrap.RunAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
