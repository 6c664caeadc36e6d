using System.Globalization;
using System.Text;
using Granary.Tests.Harness;
using Grpc.Core;
using GitClient = Granary.Tests.Harness.Git;

namespace Granary.Api.Tests;

/// <summary>A repository in a project of its own with one member, and a working repository of that member's.</summary>
internal sealed class ApiRepository : IDisposable
{
    public const string Name = "repo";
    public const string Member = "mia";
    public const string MemberPassword = "mia's good password";

    private static int _count;

    private readonly TemporaryFolder _folder = new();

    private ApiRepository(GranaryServer server) => Server = server;

    public GranaryServer Server { get; }

    public string Project { get; } = "A" + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);

    /// <summary>Below <c>/api/v1</c>.</summary>
    public string Path => $"projects/{Project}/repositories/{Name}";

    /// <summary>The working repository; the server is its origin, and main is pushed.</summary>
    public GitClient Work { get; private set; } = null!;

    /// <summary>The login of <see cref="Member"/>, as the headers of a call.</summary>
    public static Metadata Login => LoginWith("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Member}:{MemberPassword}")));

    public static Metadata LoginWith(string authorization) => new() { { "authorization", authorization } };

    /// <param name="server">Where <see cref="Member"/> is a user.</param>
    public static async Task<ApiRepository> CreateAsync(GranaryServer server)
    {
        var repository = new ApiRepository(server);
        await server.Admin.CreateProjectAsync(repository.Project);
        await server.Admin.CreateRepositoryAsync(repository.Project, Name);
        await server.Admin.SetMemberAsync(repository.Project, Member, "member");
        var git = GitClient.Create(repository._folder.Path);
        await git.RunAsync("init", "-q", "-b", "main", "work");
        repository.Work = git.In("work");
        await repository.Work.RunAsync("remote", "add", "origin", server.RepositoryUrl($"{repository.Project}/{Name}.git", Member, MemberPassword));
        await repository.Work.RunAsync("commit", "-q", "--allow-empty", "-m", "first");
        await repository.PushAsync("main");
        return repository;
    }

    public Task PushAsync(params string[] refs) => Work.RunAsync(["push", "-q", "origin", .. refs]);

    public void Dispose() => _folder.Dispose();
}
