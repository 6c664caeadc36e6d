using System.Text;
using Granary.Tests.Harness;

namespace Granary.Imports.Tests.CommandLine;

/// <summary>Old histories come in with their faults, and nothing that harms who checks it out.</summary>
public sealed class FsckTests(ImportServer imports) : ImportTest(imports)
{
    private const string Good = "Tester <tester@example.org> 1700000000 +0000";

    [Theory]
    [InlineData("Tester 1700000000 +0000")]
    [InlineData("Tester <tester@example.org>1700000000 +0000")]
    [InlineData("<tester@example.org> 1700000000 +0000")]
    [InlineData("Tester <tester@example.org> 1700000000 +1")]
    [InlineData("Tester <tester@example.org> 99999999999999999999 +0000")]
    public async Task Import_OldForms_AreTaken(string author)
    {
        var source = await NewSourceAsync();
        await CommitAsync(source, await source.RunAsync("rev-parse", "HEAD^{tree}"), author);
        RequireDone(await Cli.ImportAsync($"{Project}/old", source.Folder));
        await RequireSameAsync(source, "old");
    }

    [Fact]
    public async Task Import_TreeThatListsANameTwice_IsTakenAndAPushOfItIsNot()
    {
        var source = await NewSourceAsync();
        var blob = await source.RunAsync("rev-parse", "HEAD:file0");
        await CommitAsync(source, await TreeAsync(source, [.. Entry("file", blob), .. Entry("file", blob)]), Good);
        await Server.Admin.CreateRepositoryAsync(Project, "pushed");
        var url = Server.RepositoryUrl($"{Project}/pushed.git", Granary.Tests.Harness.GranaryServer.AdminName, Granary.Tests.Harness.GranaryServer.AdminPassword);
        Assert.Contains("duplicateEntries", (await source.TryAsync("push", url, "crafted")).Error, StringComparison.Ordinal);
        RequireDone(await Cli.ImportAsync($"{Project}/old", source.Folder));
    }

    [Theory]
    [InlineData(".git")]
    [InlineData("..")]
    [InlineData("a/b")]
    public async Task Import_TreeThatHarms_IsRefused(string name)
    {
        var source = await NewSourceAsync();
        await CommitAsync(source, await TreeAsync(source, Entry(name, await source.RunAsync("rev-parse", "HEAD:file0"))), Good);
        RequireRefused(await Cli.ImportAsync($"{Project}/bad", source.Folder), "refused");
        await RequireNothingLeftAsync("bad");
    }

    private static async Task CommitAsync(RealGit source, string tree, string author)
    {
        var commit = await source.FeedAsync(
            $"tree {tree}\nauthor {author}\ncommitter {Good}\n\nCrafted\n", "hash-object", "--literally", "-w", "-t", "commit", "--stdin");
        await source.RunAsync("update-ref", "refs/heads/crafted", commit);
    }

    private static Task<string> TreeAsync(RealGit source, byte[] content) =>
        source.FeedAsync(content, "hash-object", "--literally", "-w", "-t", "tree", "--stdin");

    private static byte[] Entry(string name, string id) => [.. Encoding.UTF8.GetBytes($"100644 {name}\0"), .. Convert.FromHexString(id)];
}
