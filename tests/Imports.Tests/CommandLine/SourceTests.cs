using Granary.Tests.Harness;

namespace Granary.Imports.Tests.CommandLine;

/// <summary>Each kind of source, with the real command line and git.</summary>
public sealed class SourceTests(ImportServer imports) : ImportTest(imports)
{
    [Fact]
    public async Task Import_BareRepository_HasAllRefsAndTheDefaultBranch()
    {
        var source = await NewSourceAsync();
        await source.RunAsync("update-ref", "refs/custom/a/b", "main");
        await Git.RunAsync("clone", "-q", "--mirror", "source", "bare.git");
        RequireDone(await Cli.ImportAsync($"{Project}/bare", Folder["bare.git"]));
        await RequireSameAsync(Git.In("bare.git"), "bare");
    }

    [Fact]
    public async Task Import_WorkingRepository_LeavesOutWhatIsItsOwn()
    {
        await NewSourceAsync("upstream");
        await Git.RunAsync("clone", "-q", "upstream", "work");
        var work = Git.In("work");
        await work.RunAsync("fetch", "-q", "origin", "refs/notes/*:refs/notes/*");
        await File.WriteAllTextAsync(Path.Combine(work.Folder, "file0"), "stashed\n");
        await work.RunAsync("stash");
        var result = await Cli.ImportAsync($"{Project}/work", Folder["work"], "--json");
        RequireDone(result);
        var refs = (await work.RunAsync("for-each-ref")).Split('\n').Where(static l => !l.Contains("refs/remotes/", StringComparison.Ordinal) && !l.EndsWith("refs/stash", StringComparison.Ordinal)).ToList();
        var imported = await Git.In(await Server.FolderOfAsync(Project, "work")).RunAsync("for-each-ref");
        Assert.Equal(string.Join('\n', refs), imported);
        Assert.Contains($"\"refs\": {refs.Count}", result.Output, StringComparison.Ordinal);
        Assert.Contains("\"skippedCount\": 0", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public async Task Import_Bundle_HasAllRefs(string version)
    {
        var source = await NewSourceAsync();
        await source.RunAsync("bundle", "create", "-q", "--version=" + version, Folder["a.bundle"], "--all");
        RequireDone(await Cli.ImportAsync($"{Project}/bundled", Folder["a.bundle"]));

        // A bundle says where HEAD is and not of which name: main is there too.
        await RequireSameAsync(source, "bundled", head: "main");
    }

    [Fact]
    public async Task Import_OddNames_AreAllThere()
    {
        var source = await NewSourceAsync();
        foreach (var name in (string[])["ümlaut/日本語", "refs/heads/main", "a&b;c$d`e", "quote'\"%41", "🎉", "x--upload-pack", "main.lock2", "HEAD2", "@"])
            await source.RunAsync("update-ref", "refs/heads/" + name, "HEAD");
        await source.RunAsync("update-ref", "refs/tags/" + new string('n', 200), "HEAD");
        await source.RunAsync("tag", "blob", await source.FeedAsync("text", "hash-object", "-w", "--stdin"));
        await source.RunAsync("tag", "tree", "HEAD^{tree}");
        await source.RunAsync("tag", "-a", "-m", "Nested", "nested", "v1");
        RequireDone(await Cli.ImportAsync($"{Project}/odd", source.Folder));
        await RequireSameAsync(source, "odd");
    }

    [Fact]
    public async Task Import_NamesThatAreNotAllowed_AreSaid()
    {
        var source = await NewSourceAsync();
        await File.WriteAllTextAsync(Path.Combine(source.Folder, ".git", "refs", "heads", "HEAD"), await source.RunAsync("rev-parse", "HEAD") + "\n");
        await source.RunAsync("update-ref", "refs/pull/1/head", "HEAD");
        var result = await Cli.ImportAsync($"{Project}/names", source.Folder);
        RequireDone(result);
        Assert.Contains("not taken over: refs/heads/HEAD: 'HEAD' is a reserved name", result.Error, StringComparison.Ordinal);
        Assert.Contains("not taken over: refs/pull: ", result.Error, StringComparison.Ordinal);
        await source.RunAsync("update-ref", "-d", "refs/heads/HEAD");
        await source.RunAsync("update-ref", "-d", "refs/pull/1/head");
        await RequireSameAsync(source, "names");
    }

    [Fact]
    public async Task Import_EmptyRepository_KeepsTheDefaultBranch()
    {
        await Git.RunAsync("init", "-q", "-b", "develop", "empty");
        RequireDone(await Cli.ImportAsync($"{Project}/empty", Folder["empty"]));
        await RequireSameAsync(Git.In("empty"), "empty", head: "develop");
    }

    [Fact]
    public async Task Import_DetachedHead_ChoosesABranchThere()
    {
        var source = await NewSourceAsync();
        await source.RunAsync("branch", "older", "main~1");
        await source.RunAsync("checkout", "-q", "--detach", "older");
        RequireDone(await Cli.ImportAsync($"{Project}/detached", source.Folder));
        await RequireSameAsync(source, "detached", head: "older");
    }

    [Fact]
    public async Task Import_FiftyThousandRefs_AreAllThere()
    {
        var source = await NewSourceAsync();
        var id = await source.RunAsync("rev-parse", "HEAD");
        await source.RunAsync("pack-refs", "--all");
        var packed = Path.Combine(source.Folder, ".git", "packed-refs");
        var lines = Enumerable.Range(0, 50_000).Select(i => $"{id} refs/tags/many/{i:D5}\n");
        var old = await File.ReadAllLinesAsync(packed);
        var tags = old.TakeWhile(static l => !l.EndsWith("refs/tags/v1", StringComparison.Ordinal));
        await File.WriteAllTextAsync(packed, string.Join('\n', tags) + "\n" + string.Concat(lines) + string.Join('\n', old.SkipWhile(static l => !l.EndsWith("refs/tags/v1", StringComparison.Ordinal))) + "\n");
        Assert.Equal(50_005, (await source.RunAsync("for-each-ref")).Split('\n').Length);
        RequireDone(await Cli.ImportAsync($"{Project}/many", source.Folder));
        await RequireSameAsync(source, "many");
    }

    [Fact]
    public async Task Import_Done_IsKeptAndSaidInTheActivity()
    {
        var source = await NewSourceAsync();
        RequireDone(await Cli.ImportAsync($"{Project}/kept", source.Folder));
        await Until.HoldsAsync("housekeeping has made bitmap and commit-graph", async () =>
        {
            var state = await Server.Admin.GetAsync($"projects/{Project}/repositories/kept/maintenance");
            return state.GetProperty("hasBitmap").GetBoolean() && state.GetProperty("hasCommitGraph").GetBoolean();
        });
        await Until.HoldsAsync("the import is in the activity", async () =>
        {
            var text = (await Server.Admin.GetAsync($"projects/{Project}/repositories/kept/activity")).ToString();
            return text.Contains("\"import\"", StringComparison.Ordinal) && text.Contains("refs/notes/commits", StringComparison.Ordinal);
        });
    }
}
