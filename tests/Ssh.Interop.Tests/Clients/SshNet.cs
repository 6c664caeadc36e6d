using Granary.Ssh.Interop.Tests.Algorithms;

namespace Granary.Ssh.Interop.Tests.Clients;

/// <summary>SSH.NET, the one here that has mlkem768x25519-sha256, in <c>tests/Ssh.NetClient</c>.</summary>
public sealed class SshNet : StandIn
{
    public override Offer Offer => Offer.Server;

    /// <summary>It sends no environment.</summary>
    public override IReadOnlyList<int> Versions => [0];

    protected override string Program { get; } = Quote(Find());

    public override Task NeedAsync() => Task.CompletedTask;

    private static string Find()
    {
        // tests/Ssh.Interop.Tests/bin/CONFIGURATION/net10.0/
        var output = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var tests = output.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(tests, "Ssh.NetClient", "bin", output.Parent.Name, output.Name, "Granary.Tests.Ssh.NetClient");
    }
}

public sealed class SshNetTests(InteropServer server) : ClientTests(server, new SshNet());
