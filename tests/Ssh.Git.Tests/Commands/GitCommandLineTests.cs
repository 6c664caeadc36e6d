using System.Text;
using Granary.Frontends.Ssh.Git.Commands;

namespace Granary.Frontends.Ssh.Git.Tests.Commands;

public sealed class GitCommandLineTests
{
    [Theory]
    [InlineData("git-upload-pack '/DEMO/hello.git'", nameof(GitService.UploadPack))]
    [InlineData("git-receive-pack 'DEMO/hello'", nameof(GitService.ReceivePack))]
    [InlineData("git-upload-archive '/DEMO/hello.GIT/'", nameof(GitService.UploadArchive))]
    [InlineData("git upload-pack /DEMO/hello", nameof(GitService.UploadPack))]
    [InlineData("git receive-pack '//DEMO/hello.git'", nameof(GitService.ReceivePack))]
    public void Parse_Services_NameTheRepository(string line, string service)
    {
        var command = Parse(line, out _)!;
        Assert.Equal(service, command.Service.ToString());
        Assert.Equal(("DEMO", "hello"), (command.Repository!.Project.Value, command.Repository.Name.Value));
    }

    [Theory]
    [InlineData("~/DEMO/hello.git")]
    [InlineData("~alice/hello")]
    [InlineData("hello.git")]
    [InlineData("/")]
    [InlineData("DEMO/hello/more")]
    [InlineData("DEMO//hello")]
    [InlineData("../DEMO/hello")]
    [InlineData("DEMO/..")]
    [InlineData("DEMO/.git")]
    [InlineData("--upload-pack=x/y")]
    [InlineData("DEMO/hello world")]
    public void Parse_PathOfNoRepository_NamesNone(string path) => Assert.Null(Parse($"git-upload-pack '{path}'", out _)!.Repository);

    [Theory]
    [InlineData("ls", ExitStatus.NotFound)]
    [InlineData("git", ExitStatus.NotFound)]
    [InlineData("git status", ExitStatus.NotFound)]
    [InlineData("git-shell -c id", ExitStatus.NotFound)]
    [InlineData("GIT-UPLOAD-PACK x/y", ExitStatus.NotFound)]
    [InlineData("/usr/bin/git-upload-pack x/y", ExitStatus.NotFound)]
    [InlineData("git-upload-pack 'x/y'; id", ExitStatus.NotFound)]
    [InlineData("git-lfs-authenticate x/y download", ExitStatus.NotFound)]
    [InlineData("", ExitStatus.NotFound)]
    [InlineData("git-upload-pack", ExitStatus.Fatal)]
    [InlineData("git-upload-pack ''", ExitStatus.Fatal)]
    [InlineData("git-upload-pack x/y z", ExitStatus.Fatal)]
    [InlineData("git-upload-pack --strict x/y", ExitStatus.Fatal)]
    public void Parse_AnythingElse_IsRefusedWithAReason(string line, int status)
    {
        Assert.Null(Parse(line, out var refusal));
        Assert.Equal(status, refusal.Status);
        Assert.NotEmpty(refusal.Message);
    }

    [Fact]
    public void Parse_Lfs_SaysSo()
    {
        Parse("git-lfs-authenticate DEMO/hello.git download", out var refusal);
        Assert.Contains("LFS", refusal.Message, StringComparison.Ordinal);
    }

    private static GitCommandLine? Parse(string line, out CommandRefusal refusal) => GitCommandLine.Parse(Encoding.UTF8.GetBytes(line), out refusal);
}
