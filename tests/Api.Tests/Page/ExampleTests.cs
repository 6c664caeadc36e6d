using Granary.Tests.Harness;

namespace Granary.Api.Tests.Page;

/// <summary>The examples of docs/api.md do what they say.</summary>
public sealed class ExampleTests(ExampleRepository examples) : IClassFixture<ExampleRepository>
{
    private const string Seen = "Say hello";

    [Fact]
    public void Curl_CommitsAndReadsWhatItCommitted()
    {
        Assert.Collection(
            examples.CurlOutput,
            static line => Assert.Contains("\"key\":\"PAGE\"", Dense(line), StringComparison.Ordinal),
            static line => Assert.Contains("\"name\":\"hello\"", Dense(line), StringComparison.Ordinal),
            static line => Assert.Contains("\"commitId\":", Dense(line), StringComparison.Ordinal),
            static line => Assert.Contains("\"text\":\"#Hello\\n\"", Dense(line), StringComparison.Ordinal),
            static line => Assert.Contains("\"branches\":[{\"name\":\"main\"", Dense(line), StringComparison.Ordinal),
            static line => Assert.Contains("\"reason\":\"NOT_FOUND\"", Dense(line), StringComparison.Ordinal),
            static line => Assert.Equal("It is not there.", line),
            static line => Assert.Equal("src/", line),
            static line => Assert.Equal("src/README.md", line));
    }

    [Fact]
    public async Task Node_ReadsTheHistoryAndIsToldWhatIsNotThere()
    {
        using var folder = new TemporaryFolder();
        if (await NodePackages.TryInstallAsync("Node", folder.Path) is { } reason) Assert.Skip(reason);
        await File.WriteAllLinesAsync(folder["example.mjs"], ApiPage.Example("js"));
        var output = await NodePackages.RunAsync(
            "env", folder.Path, $"GRANARY_RPC={new Uri(examples.Server.RpcUrl).Authority}", $"GRANARY_TOKEN={examples.Token}",
            $"GRANARY_PROTOS={Path.Combine(AppContext.BaseDirectory, "Protos")}", "node", "example.mjs");
        Assert.Equal($"{Seen}\nNOT_FOUND\n", output);
    }

    [Fact]
    public async Task CSharp_ReadsTheHistoryAndIsToldWhatIsNotThere()
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await Example.RunAsync(examples.Server.RpcUrl, examples.Token, output, TestContext.Current.CancellationToken);
        Assert.Equal($"{Seen}\nNOT_FOUND\n", output.ToString());
    }

    [Fact]
    public void CSharp_OnThePageIsTheOneThatIsTested()
    {
        var tested = File.ReadLines(Path.Combine(ApiPage.Root, "tests", "Api.Tests", "Page", "Example.cs"))
            .SkipWhile(static line => line.Trim() != "#region docs/api.md").Skip(1).TakeWhile(static line => line.Trim() != "#endregion");
        Assert.Equal(tested.Select(static line => line.Length == 0 ? line : line[8..]), ApiPage.Example("csharp"));
    }

    private static string Dense(string json) => json.Replace(" ", "", StringComparison.Ordinal);
}
