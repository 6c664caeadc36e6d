using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

public sealed class Paramiko : StandIn
{
    public override Offer Offer { get; } = Offer.Server with
    {
        KeyExchanges = ["curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"],
        Ciphers = ["aes256-ctr", "aes192-ctr", "aes128-ctr"],
    };

    public override IReadOnlyList<int> RekeyLimits => [1 << 20];

    protected override string Program => $"{PythonLibrary.Python} {Quote(PythonLibrary.Script("paramiko_ssh.py"))}";

    public override Task NeedAsync() => PythonLibrary.NeedAsync("paramiko");
}

public sealed class ParamikoTests(InteropServer server) : RekeyingClientTests(server, new Paramiko());
