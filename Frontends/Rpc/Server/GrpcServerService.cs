using Google.Protobuf.WellKnownTypes;
using Granary.Frontends.Rpc.Login;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Server;

/// <summary>What administrators ask of the server itself.</summary>
internal sealed class GrpcServerService(ISshConnectionList connections, CurrentCaller current) : ServerService.ServerServiceBase
{
    public override Task<ListSshConnectionsResponse> ListSshConnections(ListSshConnectionsRequest request, ServerCallContext context)
    {
        current.RequireAdministrator("Connections");
        var sorted = connections.List().OrderBy(static c => c.Peer.Address.ToString(), StringComparer.Ordinal).ThenBy(static c => c.ConnectedAt);
        return Task.FromResult(new ListSshConnectionsResponse { Connections = { sorted.Select(From) } });
    }

    private static SshConnection From(SshConnectionInfo connection) => new()
    {
        Address = connection.Peer.Address.ToString(),
        Port = connection.Peer.Port,
        Phase = connection.Phase,
        Name = connection.Name ?? "",
        ConnectedAt = Timestamp.FromDateTimeOffset(connection.ConnectedAt),
        BytesReceived = connection.BytesReceived,
        BytesSent = connection.BytesSent,
        Channels = connection.Channels,
    };
}
