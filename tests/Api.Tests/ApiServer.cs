using Granary.Api.Tests;
using Granary.Tests.Harness;
using Grpc.Net.Client;

[assembly: AssemblyFixture(typeof(ApiServer))]

namespace Granary.Api.Tests;

/// <summary>The server that tests share that do not stop it, and a connection to it.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private GranaryServer? _server;
    private GrpcChannel? _channel;

    public GranaryServer Server => _server!;

    public GrpcChannel Channel => _channel!;

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync();
        _channel = GrpcChannel.ForAddress(Server.RpcUrl);
        await Server.Admin.CreateUserAsync(ApiRepository.Member, ApiRepository.MemberPassword);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }
}
