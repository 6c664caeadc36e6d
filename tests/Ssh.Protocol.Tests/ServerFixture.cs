using System.Security.Cryptography;
using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Frontends.Ssh.Protocol.Tests;
using Granary.Tests.Harness;
using Granary.Tests.Ssh.TestHost;

[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Granary.Frontends.Ssh.Protocol.Tests;

/// <summary>Servers in this process that the tests share: one with the defaults, one with short times and small limits.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal Ed25519HostKey UserKey { get; } = Ed25519HostKey.Create();

    public TestServer Server { get; private set; } = null!;

    public string UserKeyPath => _folder["id"];

    public string Folder => _folder.Path;

    /// <summary>A line for an authorized keys file.</summary>
    public string UserKeyLine => $"ssh-ed25519 {Convert.ToBase64String(UserKey.PublicBlob)} test";

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(UserKeyPath, OpenSshKeyFile.Format(UserKey, "test"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(UserKeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Server = await StartAsync();
    }

    /// <summary>Another server with the same host keys and users.</summary>
    public Task<TestServer> StartAsync(params string[] arguments) =>
        TestServer.StartAsync(_folder["keys"], new AuthorizedKeys([UserKeyLine, .. ExtraKeys]), arguments);

    /// <summary>Public key lines of other types, made on demand.</summary>
    public IList<string> ExtraKeys { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        UserKey.Dispose();
        _folder.Dispose();
    }
}
