using Granary.Tests.Harness;

namespace Granary.Api.Tests.Page;

/// <summary>What the example with curl makes, and the others read.</summary>
public sealed class ExampleRepository(ApiServer api) : IAsyncLifetime
{
    public GranaryServer Server => api.Server;

    public IReadOnlyList<string> CurlOutput { get; private set; } = [];

    public string Token { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(folder["example.sh"], ApiPage.Example("sh"));
        var output = await NodePackages.RunAsync(
            "env", folder.Path, $"GRANARY={Server.Url}", $"LOGIN={GranaryServer.AdminName}:{GranaryServer.AdminPassword}", "bash", "-eu", "example.sh");
        CurlOutput = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Token = (await Server.Admin.CreateTokenAsync(GranaryServer.AdminName, "read")).Token;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
