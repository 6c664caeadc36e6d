using System.Net.Http.Headers;
using System.Text;
using Granary.Reading.Tests.Sample;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Grpc.Net.Client;

[assembly: AssemblyFixture(typeof(ReadingServer))]

namespace Granary.Reading.Tests.Sample;

/// <summary>One built server with the sample in <c>READ/sample</c> and an empty repository <c>READ/empty</c>, and a gRPC client of it.</summary>
public sealed class ReadingServer : IAsyncLifetime
{
    public const string Project = "READ";
    public const string Repository = "sample";

    private readonly TemporaryFolder _folder = new();
    private GrpcChannel? _channel;

    internal GranaryServer Server { get; private set; } = null!;

    /// <summary>Real git in the bare repository that was pushed.</summary>
    internal RealGit Git { get; private set; } = null!;

    internal GrpcChannel Channel => _channel!;

    internal CommitService.CommitServiceClient Commits => new(Channel);

    internal BlobService.BlobServiceClient Blobs => new(Channel);

    internal TreeService.TreeServiceClient Trees => new(Channel);

    internal Metadata Login { get; } = LoginOf(GranaryServer.AdminName, GranaryServer.AdminPassword);

    public static Metadata LoginOf(string user, string password) =>
        new() { { "authorization", new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))).ToString() } };

    public async ValueTask InitializeAsync()
    {
        Server = await GranaryServer.StartAsync();
        _channel = GrpcChannel.ForAddress(Server.RpcUrl);
        await Server.Admin.CreateProjectAsync(Project);
        await Server.Admin.CreateRepositoryAsync(Project, Repository);
        await Server.Admin.CreateRepositoryAsync(Project, "empty");
        Git = await SampleRepository.CreateAsync(RealGit.Create(_folder.Path));
        await Git.RunAsync("push", "-q", Server.RepositoryUrl($"{Project}/{Repository}.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "refs/*:refs/*");
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Makes a repository of the project and pushes a history to it.</summary>
    /// <returns>Git in the repository that was pushed.</returns>
    internal Task<RealGit> ImportAsync(string name, FastImport history) => ImportAsync(name, history.Bytes);

    /// <inheritdoc cref="ImportAsync(string, FastImport)"/>
    internal async Task<RealGit> ImportAsync(string name, ReadOnlyMemory<byte> history)
    {
        var home = RealGit.Create(Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName);
        await home.RunAsync("init", "-q", "--bare", $"{name}.git");
        var git = home.In($"{name}.git");
        await git.FeedAsync(history, "fast-import", "--quiet", "--force");
        await Server.Admin.CreateRepositoryAsync(Project, name);
        await git.RunAsync("push", "-q", Server.RepositoryUrl($"{Project}/{name}.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "refs/*:refs/*");
        return git;
    }

    /// <summary>All messages of a stream.</summary>
    internal static async Task<List<T>> AllAsync<T>(AsyncServerStreamingCall<T> call)
    {
        var items = new List<T>();
        using (call)
        {
            await foreach (var item in call.ResponseStream.ReadAllAsync()) items.Add(item);
        }

        return items;
    }
}
