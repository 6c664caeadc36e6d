using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests.Ssh;

/// <summary>A repository with a user of its own who has an SSH key, and git over SSH as that user.</summary>
public sealed class SshRepository : IDisposable
{
    private SshRepository(TestRepository repository, string user, SshClient client)
    {
        (Repository, User, Client) = (repository, user, client);
        Git = repository.Git.With("GIT_SSH_COMMAND", client.Command);
    }

    public TestRepository Repository { get; }

    /// <summary>A member of the project.</summary>
    public string User { get; }

    public SshClient Client { get; }

    /// <summary>git in the folder of clones, with the user's key.</summary>
    public Git Git { get; }

    public string Url => UrlOf(Repository.Path);

    public string Host => $"ssh://git@127.0.0.1:{Repository.Server.SshPort}";

    public static async Task<SshRepository> CreateAsync(SharedServer shared, bool isPublic = false) =>
        await CreateAsync(await shared.NewRepositoryAsync(isPublic));

    /// <summary>Gives the project a member with a key.</summary>
    public static async Task<SshRepository> CreateAsync(TestRepository repository)
    {
        var user = SharedServer.NewName("sam");
        await repository.Server.Admin.CreateUserAsync(user, "sam's good password");
        await repository.Server.Admin.SetMemberAsync(repository.Project, user, "member");
        var client = await SshClient.CreateAsync(repository.Git.Folder, repository.Server, "id_" + user);
        await repository.Server.Admin.PostAsync($"users/{user}/keys", new { publicKey = client.PublicKey });
        return new SshRepository(repository, user, client);
    }

    public string UrlOf(string path) => $"{Host}/{path}";

    /// <summary>A working repository whose origin is the SSH URL; main is on the server.</summary>
    public async Task<Git> NewPushedWorkAsync(string folder = "work", int commits = 1)
    {
        var work = (await Repository.NewWorkAsync(folder, commits)).With("GIT_SSH_COMMAND", Client.Command);
        await work.RunAsync("remote", "set-url", "origin", Url);
        await work.RunAsync("push", "-q", "-u", "origin", "main");
        return work;
    }

    /// <summary>Another key of nobody, or to be made somebody's.</summary>
    public Task<SshClient> NewClientAsync(string name) => SshClient.CreateAsync(Repository.Git.Folder, Repository.Server, name);

    public Task<System.Text.Json.JsonElement> AddDeployKeyAsync(SshClient client, bool canWrite) => Repository.Server.Admin.PostAsync(
        $"projects/{Repository.Project}/repositories/{Repository.Name}/deploy-keys", new { publicKey = client.PublicKey, canWrite });

    public void Dispose() => Repository.Dispose();
}
