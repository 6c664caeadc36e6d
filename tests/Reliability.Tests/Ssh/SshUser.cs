using Granary.Frontends.Ssh.Protocol.HostKeys;
using Granary.Tests.Harness;

namespace Granary.Reliability.Tests.Ssh;

/// <summary>The administrator with an SSH key, on a server and a repository of the test's own.</summary>
internal sealed class SshUser : IDisposable
{
    private SshUser(TestRepository repository, SshClient client)
    {
        (Repository, Client) = (repository, client);
        Key = (Ed25519HostKey)OpenSshKeyFile.Parse(File.ReadAllText(client.KeyFile));
        Git = repository.Git.With("GIT_SSH_COMMAND", client.Command);
    }

    public TestRepository Repository { get; }

    public SshClient Client { get; }

    public Ed25519HostKey Key { get; }

    /// <summary>git in the folder of clones, with the key.</summary>
    public Git Git { get; }

    public string Url => $"ssh://git@127.0.0.1:{Repository.Server.SshPort}/{Repository.Path}";

    public static async Task<SshUser> CreateAsync(GranaryServer server)
    {
        var repository = await TestRepository.CreateAsync(server);
        var client = await SshClient.CreateAsync(repository.Git.Folder, server);
        await server.Admin.PostAsync($"users/{GranaryServer.AdminName}/keys", new { publicKey = client.PublicKey });
        return new SshUser(repository, client);
    }

    /// <summary>How many connections the server lists.</summary>
    public async Task<int> ConnectionsAsync() =>
        (await Repository.Server.Admin.GetAsync("server/ssh-connections")).GetProperty("connections").GetArrayLength();

    public void Dispose()
    {
        Key.Dispose();
        Repository.Dispose();
    }
}
