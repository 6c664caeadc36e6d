using System.Diagnostics;
using Granary.Tests.Harness;

namespace Granary.Imports.Tests.CommandLine;

/// <summary>An import that ends in the middle leaves nothing, and can be made again.</summary>
public sealed class BreakingOffTests(ImportServer imports) : ImportTest(imports)
{
    [Fact]
    public async Task Import_CommandLineKilled_LeavesNothingAndCanBeRepeated()
    {
        var source = await NewSourceAsync();
        using (var process = StartHalf(new Cli(Server) { Programs = NewHalfGit() }, "half"))
        {
            await Until.HoldsAsync("half of it came", () => Quarantines(Server).Count == 1);
            process.Kill(entireProcessTree: true);
            await Until.HoldsAsync("the server has noticed", () => Quarantines(Server).Count == 0);
        }

        await RequireNothingLeftAsync("half");
        RequireDone(await Cli.ImportAsync($"{Project}/half", source.Folder));
        await RequireSameAsync(source, "half");
    }

    [Fact]
    public async Task Import_SourceFailsMidway_LeavesNothing()
    {
        await NewSourceAsync();
        RequireRefused(await new Cli(Server) { Programs = NewHalfGit("echo it is broken >&2; exit 1") }.ImportAsync($"{Project}/half", Folder["source"]), "it is broken");
        await Until.HoldsAsync("the server has noticed", () => Quarantines(Server).Count == 0);
        await RequireNothingLeftAsync("half");
    }

    [Fact]
    public async Task Import_ServerKilled_LeavesNothingToSeeAndCanBeRepeated()
    {
        await using var server = await GranaryServer.StartAsync(ImportServer.Settings);
        await server.Admin.CreateProjectAsync("DEMO", @public: true);
        var source = await NewSourceAsync();
        using (var process = StartHalf(new Cli(server) { Programs = NewHalfGit() }, "half", "DEMO"))
        {
            await Until.HoldsAsync("half of it came", () => Quarantines(server).Count == 1);
            await server.KillAsync();
            await Until.HoldsAsync("the command line has given up", () => process.HasExited);
            Assert.Equal(1, process.ExitCode);
        }

        await server.StartAgainAsync();
        var left = await server.Admin.GetAsync("projects/DEMO/repositories");
        Assert.False(left.TryGetProperty("repositories", out var list) && list.GetArrayLength() > 0, left.ToString());
        var result = await new Cli(server).ImportAsync("DEMO/half", source.Folder);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(
            await source.RunAsync("for-each-ref"), await Git.In(await server.FolderOfAsync("DEMO", "half")).RunAsync("for-each-ref"));

        // What the first one left is deleted, for the sweep to remove; nobody sees it.
        Assert.Single(Directory.GetFiles(Path.Combine(server.DataPath, "deleted")));
    }

    [Fact]
    public async Task Import_SecondOfTheSameName_TakesThePlaceOfOneThatHangs()
    {
        var source = await NewSourceAsync();
        using var process = StartHalf(new Cli(Server) { Programs = NewHalfGit() }, "twice");
        await Until.HoldsAsync("half of it came", () => Quarantines(Server).Count == 1);
        RequireDone(await Cli.ImportAsync($"{Project}/twice", source.Folder));
        process.Kill(entireProcessTree: true);
        await Until.HoldsAsync("the server has noticed", () => Quarantines(Server).Count == 0);
        await RequireSameAsync(source, "twice");
    }

    [Fact]
    public async Task Import_RightTakenAwayMeanwhile_IsRefused()
    {
        await Server.Admin.SetMemberAsync(Project, "anna", "admin");
        await NewSourceAsync();
        using var process = StartHalf(new Cli(Server, "anna", ImportServer.Password) { Programs = NewHalfGit(RestWhenTold) }, "half");
        await Until.HoldsAsync("half of it came", () => Quarantines(Server).Count == 1);
        await Server.Admin.SetMemberAsync(Project, "anna", "member");
        await EndAsync(process, "administrators of the project");
        await RequireNothingLeftAsync("half");
    }

    [Fact]
    public async Task Import_SomebodyPushedMeanwhile_IsRefusedAndThePushStays()
    {
        var source = await NewSourceAsync();
        await Server.Admin.CreateRepositoryAsync(Project, "half");
        using var process = StartHalf(new Cli(Server) { Programs = NewHalfGit(RestWhenTold) }, "half");
        await Until.HoldsAsync("half of it came", () => Quarantines(Server).Count == 1);
        await source.RunAsync(
            "push", "-q", Server.RepositoryUrl($"{Project}/half.git", GranaryServer.AdminName, GranaryServer.AdminPassword), "main:refs/heads/first");
        await EndAsync(process, "is not empty");
        Assert.EndsWith("\trefs/heads/first", await Git.In(await Server.FolderOfAsync(Project, "half")).RunAsync("for-each-ref"), StringComparison.Ordinal);
    }

    /// <summary>The other half follows once there is a file.</summary>
    private string RestWhenTold => $"while [ ! -e '{Folder["go"]}' ]; do sleep 0.05; done; tail -c +401 '{Folder["programs"]}/pack'";

    private async Task EndAsync(Process process, string reason)
    {
        await File.WriteAllTextAsync(Folder["go"], "");
        var error = await process.StandardError.ReadToEndAsync();
        await Until.HoldsAsync("the command line has ended", () => process.HasExited);
        RequireRefused(new CliResult(process.ExitCode, "", error), reason);
    }

    private Process StartHalf(Cli cli, string name, string? project = null) => cli.Start("repo", "import", $"{project ?? Project}/{name}", Folder["source"]);

    /// <summary>A git that makes half a pack and then does <paramref name="then"/>.</summary>
    private string NewHalfGit(string then = "exec sleep 600")
    {
        var folder = Directory.CreateDirectory(Folder["programs"]).FullName;
        var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(static p => Path.Combine(p, "git")).First(File.Exists);
        var script = Path.Combine(folder, "git");
        File.WriteAllText(script, $"""
            #!/bin/sh
            case "$*" in
            *pack-objects*) '{real}' "$@" > '{folder}/pack'; head -c 400 '{folder}/pack'; {then} ;;
            *) exec '{real}' "$@" ;;
            esac
            """);
        Process.Start("chmod", ["+x", script])!.WaitForExit();
        return folder;
    }

    private static List<string> Quarantines(GranaryServer server) =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(server.DataPath, "repositories"), "incoming", SearchOption.AllDirectories)
            .SelectMany(static incoming => Directory.EnumerateDirectories(incoming)),
    ];
}
