using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Imports.Tests.CommandLine;

/// <summary>A whole folder at once.</summary>
public sealed class FolderTests(ImportServer imports) : ImportTest(imports)
{
    [Fact]
    public async Task ImportAll_OneIsBroken_TheOthersComeInAndARepeatDoesTheRest()
    {
        Directory.CreateDirectory(Folder["all/group"]);
        var (one, two) = (await NewSourceAsync("all/one"), await NewSourceAsync("two"));
        await Git.RunAsync("clone", "-q", "--mirror", "two", "all/group/two.git");
        await two.RunAsync("bundle", "create", "-q", Folder["all/three.bundle"], "--all");
        var good = await File.ReadAllBytesAsync(Folder["all/three.bundle"]);
        await File.WriteAllBytesAsync(Folder["all/group/broken.bundle"], good[..^100]);
        await File.WriteAllTextAsync(Folder["all/readme.txt"], "no repository");

        var first = await Cli.ImportAsync(Project, "--all", Folder["all"], "--json");
        RequireRefused(first, "1 of 4 could not be imported");
        Assert.Equal(
            ["group-broken failed", "group-two imported", "one imported", "three imported"], Results(first));
        await RequireNothingLeftAsync("group-broken");

        await File.WriteAllBytesAsync(Folder["all/group/broken.bundle"], good);
        var second = await Cli.ImportAsync(Project, "--all", Folder["all"], "--json", "--parallel", "1");
        RequireDone(second);
        Assert.Equal(["group-broken imported", "group-two present", "one present", "three present"], Results(second));
        await RequireSameAsync(one, "one");
        await RequireSameAsync(two, "group-two");
        await RequireSameAsync(two, "three", head: null);
        await RequireSameAsync(two, "group-broken", head: null);
    }

    [Fact]
    public async Task ImportAll_TwoOfOneName_TheSecondIsSaid()
    {
        Directory.CreateDirectory(Folder["all"]);
        await NewSourceAsync("all/twin");
        await Git.RunAsync("init", "-q", "--bare", "all/Twin.git");
        var result = await Cli.ImportAsync(Project, "--all", Folder["all"]);
        RequireRefused(result, "1 of 2");
        Assert.Contains("has the same name", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportAll_NothingThere_IsSaid()
    {
        Directory.CreateDirectory(Folder["all"]);
        RequireRefused(await Cli.ImportAsync(Project, "--all", Folder["all"]), "no repository");
    }

    private IEnumerable<string> Results(CliResult result) => JsonDocument.Parse(result.Output).RootElement.EnumerateArray()
        .Select(r => $"{r.GetProperty("repository").GetString()![(Project.Length + 1)..]} {r.GetProperty("result").GetString()}").Order(StringComparer.Ordinal);
}
