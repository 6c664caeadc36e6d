using Granary.Tests.Harness;

namespace Granary.EndToEnd.Tests;

/// <summary>A repository on a server, and a folder for clones of it.</summary>
public sealed class TestRepository : IDisposable
{
    private readonly TemporaryFolder _work = new();

    public TestRepository(GranaryServer server, string project, string name)
    {
        Server = server;
        Project = project;
        Name = name;
        Git = Git.Create(_work.Path);
    }

    public GranaryServer Server { get; }

    public string Project { get; }

    public string Name { get; }

    public string Path => $"{Project}/{Name}.git";

    /// <summary>With the login of <see cref="SharedServer.Member"/>.</summary>
    public string Url => UrlAs(SharedServer.Member, SharedServer.MemberPassword);

    public string AnonymousUrl => Server.RepositoryUrl(Path);

    /// <summary>git in the folder of clones.</summary>
    public Git Git { get; }

    /// <summary>A path in the folder of clones.</summary>
    public string this[string name] => _work[name];

    public string UrlAs(string user, string secret) => Server.RepositoryUrl(Path, user, secret);

    /// <summary>A working repository with <paramref name="commits"/> commits on main and the server as origin; nothing is pushed.</summary>
    public async Task<Git> NewWorkAsync(string folder = "work", int commits = 1)
    {
        await Git.RunAsync("init", "-q", "-b", "main", folder);
        var work = Git.In(folder);
        await work.RunAsync("remote", "add", "origin", Url);
        for (var i = 1; i <= commits; i++) await CommitAsync(work, $"file{i}", $"content {i}\n");
        return work;
    }

    /// <summary>As <see cref="NewWorkAsync"/>, and main is on the server.</summary>
    public async Task<Git> NewPushedWorkAsync(string folder = "work", int commits = 1)
    {
        var work = await NewWorkAsync(folder, commits);
        await work.RunAsync("push", "-q", "-u", "origin", "main");
        return work;
    }

    /// <summary>Commits one file; the commit's id.</summary>
    public static async Task<string> CommitAsync(Git work, string file, string content, string? date = null)
    {
        if (date is not null) work = work.With("GIT_AUTHOR_DATE", date).With("GIT_COMMITTER_DATE", date);
        await File.WriteAllTextAsync(System.IO.Path.Combine(work.Folder, file), content);
        await work.RunAsync("add", file);
        await work.RunAsync("commit", "-q", "-m", "Change " + file);
        return await work.RunAsync("rev-parse", "HEAD");
    }

    /// <summary>What the server advertises: lines of id, tab, name.</summary>
    public Task<string> RefsAsync() => Git.RunAsync("ls-remote", Url);

    public Task<string> FolderAsync() => Server.FolderOfAsync(Project, Name);

    public void Dispose() => _work.Dispose();
}
