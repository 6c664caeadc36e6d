using Granary.Frontends.Rpc.Server;

namespace Granary.Frontends.Rpc.Tests.Fakes;

internal sealed class FakeConnections : ISshConnectionList
{
    public List<SshConnectionInfo> Connections { get; } = [];

    public IReadOnlyList<SshConnectionInfo> List() => Connections;
}
