using System.Net;
using System.Text.Json;
using Granary.Tests.Harness;

namespace Granary.Imports.Tests;

/// <summary>A project, a folder with sources, and what must hold of what was imported.</summary>
public abstract class ImportTest(ImportServer imports) : IAsyncLifetime
{
    protected TemporaryFolder Folder { get; } = new();

    protected GranaryServer Server => imports.Server;

    private protected Cli Cli => new(Server);

    protected RealGit Git { get; private set; } = null!;

    protected string Project { get; private set; } = "";

    public virtual async ValueTask InitializeAsync()
    {
        Git = RealGit.Create(Folder.Path);
        Project = await imports.NewProjectAsync();
    }

    public virtual ValueTask DisposeAsync()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A working repository with commits on <c>main</c>, annotated and light tags, notes and a branch of its own at HEAD.</summary>
    protected async Task<RealGit> NewSourceAsync(string name = "source", int commits = 3)
    {
        await Git.RunAsync("init", "-q", "-b", "main", name);
        var source = Git.In(name);
        for (var i = 0; i < commits; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(source.Folder, $"file{i}"), $"content {i} of {name}\n");
            await source.RunAsync("add", ".");
            await source.RunAsync("commit", "-q", "-m", $"Change {i}");
        }

        await source.RunAsync("tag", "-a", "-m", "First", "v1", "HEAD~1");
        await source.RunAsync("tag", "light");
        await source.RunAsync("notes", "add", "-m", "A note");
        await source.RunAsync("checkout", "-q", "-b", "trunk");
        return source;
    }

    /// <summary>Imported is what the source has, whole and clean, with its default branch.</summary>
    protected async Task RequireSameAsync(RealGit source, string name, string? head = "trunk", string pattern = "refs/")
    {
        var folder = await Server.FolderOfAsync(Project, name);
        var imported = Git.In(folder);
        Assert.Equal(await source.RunAsync("for-each-ref", pattern), await imported.RunAsync("for-each-ref"));
        var fsck = await imported.TryAsync("fsck", "--full", "--connectivity-only");
        Assert.True(fsck.ExitCode == 0, fsck.Error + fsck.Output);
        if (head is not null) Assert.Equal(head, (await RepositoryAsync(name)).GetProperty("defaultBranch").GetString());
        var clone = $"clone-of-{name}-{Guid.NewGuid():N}";
        await Git.RunAsync("clone", "-q", "--mirror", Server.RepositoryUrl($"{Project}/{name}.git"), clone);
        Assert.Equal(await source.RunAsync("for-each-ref", pattern), await Git.In(clone).RunAsync("for-each-ref"));
    }

    protected Task<JsonElement> RepositoryAsync(string name) => Server.Admin.GetAsync($"projects/{Project}/repositories/{name}");

    /// <summary>There is no such repository, none that is deleted, and no quarantine of it.</summary>
    protected async Task RequireNothingLeftAsync(string name)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await Server.Admin.SendAsync(HttpMethod.Get, $"projects/{Project}/repositories/{name}")).Status);
        var deleted = await Server.Admin.GetAsync($"projects/{Project}/deleted-repositories");
        Assert.False(deleted.TryGetProperty("repositories", out var list) && list.GetArrayLength() > 0, deleted.ToString());
    }

    private protected static void RequireRefused(CliResult result, string reason)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    private protected static void RequireDone(CliResult result) => Assert.True(result.ExitCode == 0, result.Error + result.Output);
}
