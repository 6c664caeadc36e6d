using System.Globalization;
using Granary.EndToEnd.Tests;
using Granary.Tests.Harness;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Granary.EndToEnd.Tests;

/// <summary>The one server of the suite. Tests make projects, repositories and users of their own in it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    /// <summary>A user that is member of every project of <see cref="NewRepositoryAsync"/>.</summary>
    public const string Member = "mia";

    public const string MemberPassword = "mia's good password";

    private static int _count;
    private GranaryServer? _server;

    public GranaryServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public Api Admin => Server.Admin;

    /// <summary>A name that no other test has.</summary>
    public static string NewName(string stem) => stem + Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);

    public async ValueTask InitializeAsync()
    {
        // Every test comes from one address, and some fail to log in on purpose.
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Accounts__FreeFailuresPerAddress"] = "1000000",
        });
        await Admin.CreateUserAsync(Member, MemberPassword);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>An empty repository in a project of its own.</summary>
    public async Task<TestRepository> NewRepositoryAsync(bool @public = false)
    {
        var project = NewName("P");
        await Admin.CreateProjectAsync(project, @public);
        await Admin.CreateRepositoryAsync(project, "repo");
        await Admin.SetMemberAsync(project, Member, "member");
        return new TestRepository(Server, project, "repo");
    }
}
