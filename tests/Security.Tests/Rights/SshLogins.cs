using Granary.Tests.Harness;

namespace Granary.Security.Tests.Rights;

/// <summary>Logins over SSH into the world: a connection for each key that opens something, and keys that open nothing any more.</summary>
internal sealed class SshLogins : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RightsWorld _world;
    private int _count;

    private SshLogins(RightsWorld world) => _world = world;

    /// <summary>By role.</summary>
    public List<(string Role, SshMaster Connection)> Users { get; } = [];

    public List<(DeployKeyOf Key, SshMaster Connection)> DeployKeys { get; } = [];

    /// <summary>Keys that were removed, with their user, their repository or by themselves, or never were anybody's.</summary>
    public List<(string What, SshClient Client)> Refused { get; } = [];

    public static async Task<SshLogins> CreateAsync(RightsWorld world)
    {
        var logins = new SshLogins(world);
        foreach (var role in RightsModel.Roles) await logins.AddUserAsync(role);
        foreach (var project in RightsModel.Projects.Where(static p => p != "NONE"))
        {
            foreach (var repository in (string[])["live", "arch", "newn"])
            {
                foreach (var canWrite in (bool[])[false, true]) await logins.AddDeployKeyAsync(new DeployKeyOf(project, repository, canWrite));
            }
        }

        await logins.AddRefusedAsync();
        return logins;
    }

    public void Dispose()
    {
        foreach (var (_, connection) in Users) connection.Dispose();
        foreach (var (_, connection) in DeployKeys) connection.Dispose();
        _folder.Dispose();
    }

    private async Task AddUserAsync(string role)
    {
        var client = await NewClientAsync();
        await _world.Server.Admin.PostAsync($"users/u-{role}/keys", new { publicKey = client.PublicKey });
        Users.Add((role, await ConnectAsync(client)));

        var removed = await NewClientAsync();
        var key = await _world.Server.Admin.PostAsync($"users/u-{role}/keys", new { publicKey = removed.PublicKey });
        await _world.Server.Admin.DeleteAsync($"users/u-{role}/keys/{Uri.EscapeDataString(key.GetProperty("fingerprint").GetString()!)}");
        Refused.Add(($"the removed key of u-{role}", removed));

        var disabled = await NewClientAsync();
        await _world.Server.Admin.PostAsync($"users/d-{role}/keys", new { publicKey = disabled.PublicKey });
        Refused.Add(($"the key of d-{role}, who is disabled", disabled));
    }

    private async Task AddDeployKeyAsync(DeployKeyOf key)
    {
        var client = await NewClientAsync();
        await PostDeployKeyAsync(key, client);
        DeployKeys.Add((key, await ConnectAsync(client)));
    }

    private async Task AddRefusedAsync()
    {
        Refused.Add(("a key of nobody", await NewClientAsync()));
        var removed = await NewClientAsync();
        var key = await PostDeployKeyAsync(new DeployKeyOf("PUBL", "live", CanWrite: true), removed);
        await _world.Server.Admin.DeleteAsync($"projects/PUBL/repositories/live/deploy-keys/{Uri.EscapeDataString(key)}");
        Refused.Add(("a removed deploy key", removed));

        await _world.Server.Admin.CreateRepositoryAsync("PUBL", "soon-gone");
        var gone = await NewClientAsync();
        await PostDeployKeyAsync(new DeployKeyOf("PUBL", "soon-gone", CanWrite: true), gone);
        await _world.Server.Admin.DeleteAsync("projects/PUBL/repositories/soon-gone");
        Refused.Add(("the deploy key of a deleted repository", gone));
    }

    private async Task<string> PostDeployKeyAsync(DeployKeyOf key, SshClient client)
    {
        var answer = await _world.Server.Admin.PostAsync(
            $"projects/{key.Project}/repositories/{key.Repository}/deploy-keys", new { publicKey = client.PublicKey, canWrite = key.CanWrite });
        return answer.GetProperty("fingerprint").GetString()!;
    }

    private Task<SshClient> NewClientAsync() => SshClient.CreateAsync(_folder.Path, _world.Server, $"id{_count++}");

    private Task<SshMaster> ConnectAsync(SshClient client) => SshMaster.StartAsync(client, _folder.Path, $"{Path.GetFileName(client.KeyFile)}.sock");
}
