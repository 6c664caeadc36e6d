using System.Net.Http.Headers;
using System.Text;
using Granary.Tests.Harness;

namespace Granary.Security.Tests.Rights;

[CollectionDefinition(Name)]
public sealed class RightsCollection : ICollectionFixture<RightsWorld>
{
    public const string Name = "rights";
}

/// <summary>A server with everything that <see cref="RightsModel"/> speaks of. Names of one kind are of one length, so that answers about them are.</summary>
public sealed class RightsWorld : IAsyncLifetime
{
    private readonly Dictionary<(string Role, string Login), AuthenticationHeaderValue?> _logins = [];
    private GranaryServer? _server;

    public GranaryServer Server => _server!;

    /// <summary>Every password and token that was made: none may be seen again anywhere.</summary>
    public List<string> Secrets { get; } = [];

    public AuthenticationHeaderValue? LoginOf(string role, string login) => _logins[(role, login)];

    public async ValueTask InitializeAsync()
    {
        // Every failed login is on purpose, and everything that may be logged is.
        _server = await GranaryServer.StartAsync(new Dictionary<string, string>
        {
            ["Granary__Accounts__FreeFailuresPerAddress"] = "1000000",
            ["Granary__Accounts__FreeFailuresPerUser"] = "1000000",
            ["Logging__LogLevel__Granary"] = "Trace",
        });
        Secrets.Add(GranaryServer.AdminPassword);
        foreach (var project in RightsModel.Projects.Where(static p => p != "NONE"))
        {
            await Server.Admin.CreateProjectAsync(project, @public: project == "PUBL");
            foreach (var name in (string[])["live", "arch", "gone", "oldn"]) await Server.Admin.CreateRepositoryAsync(project, name);
            await Server.Admin.PatchAsync($"projects/{project}/repositories/arch", new { archived = true });
            await Server.Admin.PostAsync($"projects/{project}/repositories/oldn/rename", new { newName = "newn" });
            await Server.Admin.DeleteAsync($"projects/{project}/repositories/gone");
        }

        foreach (var role in RightsModel.Roles) await AddUsersAsync(role);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task AddUsersAsync(string role)
    {
        var (user, password) = await AddUserAsync(role, "u");
        var tokens = new Dictionary<string, string>();
        foreach (var scope in (string[])["read", "write", "admin"]) tokens[scope] = await AddTokenAsync(user, scope);
        var (revoked, id) = await Server.Admin.CreateTokenAsync(user, "admin");
        await Server.Admin.DeleteAsync($"users/{user}/tokens/{id}");
        var (disabled, disabledPassword) = await AddUserAsync(role, "d");
        var disabledToken = await AddTokenAsync(disabled, "admin");
        await Server.Admin.PatchAsync($"users/{disabled}", new { disabled = true });
        Secrets.Add(revoked);
        foreach (var login in RightsModel.Logins)
        {
            _logins[(role, login)] = login switch
            {
                "none" => null,
                "password" => Api.Basic(user, password),
                "read" or "write" => Api.Basic(user, tokens[login]),
                "all" => Api.Basic(user, tokens["admin"]),
                "bearer-read" or "bearer-write" => new("Bearer", tokens[login["bearer-".Length..]]),
                "bearer-all" => new("Bearer", tokens["admin"]),
                "revoked" => new("Bearer", revoked),
                "wrong" => new("Bearer", tokens["admin"][..^2] + (tokens["admin"].EndsWith("xx", StringComparison.Ordinal) ? "yy" : "xx")),
                "malformed" => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("nocolon" + password))),
                "disabled-password" => Api.Basic(disabled, disabledPassword),
                _ => Api.Basic(disabled, disabledToken),
            };
        }
    }

    private async Task<(string Name, string Password)> AddUserAsync(string role, string prefix)
    {
        var (name, password) = ($"{prefix}-{role}", $"canary {prefix} {role} {Guid.NewGuid():N}/+?");
        await Server.Admin.PostAsync("users", new { name, password, administrator = role == "server" });
        if (role is "viewer" or "member" or "admin")
        {
            await Server.Admin.SetMemberAsync("PUBL", name, role);
            await Server.Admin.SetMemberAsync("PRIV", name, role);
        }

        Secrets.Add(password);
        return (name, password);
    }

    private async Task<string> AddTokenAsync(string user, string scope)
    {
        var (token, _) = await Server.Admin.CreateTokenAsync(user, scope);
        Secrets.Add(token);
        return token;
    }
}
