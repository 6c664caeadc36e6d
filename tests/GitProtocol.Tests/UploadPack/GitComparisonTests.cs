using System.Diagnostics;
using System.Globalization;
using System.Text;
using Granary.Git;
using Granary.Repositories;

namespace Granary.Frontends.GitProtocol.Tests.UploadPack;

/// <summary>What we say about refs is, byte for byte, what git says of the same repository; capabilities differ by design.</summary>
public sealed class GitComparisonTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("granary-refs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("main")]
    [InlineData("unborn")]
    [InlineData("detached")]
    public void Refs_OfARealRepository_AreThoseOfGit(string head)
    {
        MakeRepository(head);
        var refs = ReadSnapshot();
        var git = Wire.Split(Run([], "", "upload-pack", "--stateless-rpc", "--advertise-refs", "."));
        var ours = AdvertisementTests.UploadPack(refs);
        Assert.Equal(git.Select(WithoutCapabilities), ours.Select(WithoutCapabilities));
        Assert.Equal(Symref(git[0]), Symref(ours[0]));
        Assert.Equal(
            Wire.Split(Run(["GIT_PROTOCOL=version=1"], "", "upload-pack", "--stateless-rpc", "--advertise-refs", ".")).Select(WithoutCapabilities),
            AdvertisementTests.UploadPack(refs, GitProtocolVersion.V1).Select(WithoutCapabilities));
        foreach (var arguments in Questions()) Assert.Equal(AskGit(arguments), LsRefsTests.LsRefs(refs, arguments));
    }

    [Fact]
    public void Refs_OfAnEmptyRepository_AreThoseOfGit()
    {
        Run([], "", "init", "-q", "--bare", "-b", "trunk", ".");
        var refs = Refs.Snapshot("refs/heads/trunk");
        var git = Wire.Split(Run([], "", "upload-pack", "--stateless-rpc", "--advertise-refs", "."));
        // Before 2.41 git's upload-pack did not follow gitprotocol-pack(5) here: it told an empty repository's client nothing at all.
        if (git.Count == 1) git.Insert(0, $"{Refs.Zero} capabilities^{{}}");
        Assert.Equal(git.Select(WithoutCapabilities), AdvertisementTests.UploadPack(refs).Select(WithoutCapabilities));
        foreach (var arguments in Questions()) Assert.Equal(AskGit(arguments), LsRefsTests.LsRefs(refs, arguments));
    }

    private static IEnumerable<string[]> Questions() =>
    [
        [], ["peel"], ["symrefs"], ["unborn"], ["unborn", "symrefs"], ["unborn", "symrefs", "peel", "ref-prefix refs/heads/"],
        ["peel", "symrefs", "unborn", "ref-prefix HEAD", "ref-prefix refs/heads/", "ref-prefix refs/tags/"],
        ["ref-prefix H"], ["ref-prefix refs/heads/a", "ref-prefix refs/heads/a/b", "ref-prefix refs/heads/a"],
        ["ref-prefix ", "ref-prefix refs/heads/"], ["ref-prefix refs/heads/none"],
    ];

    private List<string> AskGit(string[] arguments) =>
        Wire.Split(Run(
            ["GIT_PROTOCOL=version=2"],
            Wire.Lines("command=ls-refs", "object-format=sha1") + Wire.Delimiter + Wire.Lines(arguments) + Wire.Flush,
            "upload-pack", "--stateless-rpc", "."));

    private void MakeRepository(string head)
    {
        Run([], "", "init", "-q", "--bare", "-b", "main", ".");
        var tree = Run([], "", "mktree").Trim();
        var commit = Run([], "", "commit-tree", "-m", "one", tree).Trim();
        var next = Run([], "", "commit-tree", "-m", "two", "-p", commit, tree).Trim();
        foreach (var name in new[] { "main", "a-b", "a/b", "ab", "a.b", "b/c", "B" }) Run([], "", "update-ref", "refs/heads/" + name, next);
        Run([], "", "update-ref", "refs/heads/old", commit);
        Run([], "", "update-ref", "refs/notes/x", commit);
        Run([], "", "tag", "light", commit);
        Run([], "", "tag", "-a", "-m", "v1", "v1", commit);
        Run([], "", "tag", "-a", "-m", "v2", "v2", "v1");
        Run([], "", "update-ref", "refs/changes/01/1/1", next);
        if (head == "unborn") Run([], "", "symbolic-ref", "HEAD", "refs/heads/none");
        if (head == "detached") Run([], "", "update-ref", "--no-deref", "HEAD", commit);
        Run([], "", "pack-refs", "--all");
    }

    private RefSnapshot ReadSnapshot()
    {
        var packed = string.Concat(File.ReadLines(Path.Combine(_directory, "packed-refs")).Where(static l => l[0] != '#').Select(static l => l + "\n"));
        var head = File.ReadAllText(Path.Combine(_directory, "HEAD")).Trim();
        var target = head.StartsWith("ref: ", StringComparison.Ordinal) ? head["ref: ".Length..] : null;
        return new RefSnapshot(
            new RefVersion(1, 1), HashFormat.Sha1, Encoding.UTF8.GetBytes(packed), target, target is null ? ObjectId.Parse(head) : null, default);
    }

    private static string WithoutCapabilities(string line) => line.Split('\0')[0].TrimEnd('\n');

    private static string? Symref(string line) =>
        line.TrimEnd('\n').Split('\0')[1].Split(' ').SingleOrDefault(static c => c.StartsWith("symref=", StringComparison.Ordinal));

    private byte[] RunBytes(string[] environment, string input, string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in new[]
        {
            ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@example.org"), ("GIT_AUTHOR_DATE", "1700000000 +0000"), ("GIT_COMMITTER_DATE", "1700000000 +0000"),
        })
        {
            start.Environment[name] = value;
        }

        foreach (var pair in environment) start.Environment[pair.Split('=', 2)[0]] = pair.Split('=', 2)[1];
        using var process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write(Wire.Bytes(input));
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"git {arguments[0]} ended with {process.ExitCode}: {error}"));
        return output.ToArray();
    }

    private string Run(string[] environment, string input, params string[] arguments) => Wire.Text(RunBytes(environment, input, arguments));
}
