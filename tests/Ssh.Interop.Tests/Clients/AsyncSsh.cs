using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

public sealed class AsyncSsh : StandIn
{
    public override Offer Offer { get; } = Offer.Server with { KeyExchanges = [.. Offer.Server.KeyExchanges.Skip(1)] };

    public override IReadOnlyList<int> RekeyLimits => [64 << 10, 1 << 20];

    protected override string Program => $"{PythonLibrary.Python} {Quote(PythonLibrary.Script("asyncssh_ssh.py"))}";

    public override Task NeedAsync() => PythonLibrary.NeedAsync("asyncssh");
}

public sealed class AsyncSshTests(InteropServer server) : RekeyingClientTests(server, new AsyncSsh());
