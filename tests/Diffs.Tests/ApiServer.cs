using Granary.Diffs.Tests;
using Granary.Tests.Harness;
using Grpc.Core;
using Grpc.Net.Client;

[assembly: AssemblyFixture(typeof(ApiServer))]

namespace Granary.Diffs.Tests;

/// <summary>The one server of the suite and a channel to it. Each test has a repository of its own.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    public const string Password = "a good long password";

    private static int _count;
    private GranaryServer? _server;
    private GrpcChannel? _channel;

    public GranaryServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public ChannelBase Channel => _channel ?? throw new InvalidOperationException("The server was not started.");

    public async ValueTask InitializeAsync()
    {
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Repositories__MaxFileSize"] = "20000000",
            ["Granary__CommitFiles__MaxChanges"] = "50",
        });
        _channel = GrpcChannel.ForAddress(Server.RpcUrl);
        await Server.Admin.PostAsync("users", new { name = "anna", password = Password, displayName = "Anna <A> Smith", email = "anna@example.org" });
        await Server.Admin.CreateUserAsync("vera", Password);
        await Server.Admin.CreateProjectAsync("DEMO");
        await Server.Admin.SetMemberAsync("DEMO", "anna", "member");
        await Server.Admin.SetMemberAsync("DEMO", "vera", "viewer");
    }

    /// <summary>A new, empty repository.</summary>
    public async Task<string> NewRepositoryAsync()
    {
        var name = $"r{Interlocked.Increment(ref _count)}";
        await Server.Admin.CreateRepositoryAsync("DEMO", name);
        return name;
    }

    /// <summary>Git on the server's own copy.</summary>
    public async Task<RealGit> GitOfAsync(string repository, TemporaryFolder folder) =>
        RealGit.Create(folder.Path).In(await Server.FolderOfAsync("DEMO", repository));

    public static Metadata As(string user = "anna", string secret = Password) => new() { { "authorization", Api.Basic(user, secret).ToString() } };

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }
}
