using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Commits;

/// <summary>One commit, as git itself shows it.</summary>
public sealed class GetCommitTests(ReadingServer server)
{
    private const string Format = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%s";

    [Fact]
    public async Task EachCommit_IsWhatGitSays()
    {
        foreach (var id in (await server.Git.RunAsync("rev-list", "--all")).Split('\n'))
        {
            var expected = await server.Git.RunAsync("log", "-1", "--encoding=UTF-8", "--format=" + Format, id);
            var commit = await GetAsync(id);
            if (commit.Subject.Contains('\uFFFD', StringComparison.Ordinal)) expected = expected.Replace("\ufffd", "\uFFFD", StringComparison.Ordinal);
            Assert.Equal(expected, Shown(commit));
        }
    }

    [Fact]
    public async Task Message_IsWholeAndDecoded()
    {
        var shiftJis = (await server.Git.RunAsync("rev-list", "--all", "--author=山田", "main")).Split('\n')[0];
        var commit = await GetAsync(shiftJis);
        Assert.Equal(("日本語の件名\n\n本文\n", "Shift_JIS", "山田太郎"), (commit.Message, commit.Encoding, commit.Author.Name));
        var first = await GetAsync((await server.Git.RunAsync("rev-list", "--max-parents=0", "main")).Trim());
        Assert.Equal("First commit\n\nWith a body\nof two lines.\n", first.Message);
        Assert.Equal((540, 0), (first.Author.UtcOffsetMinutes, first.Committer.UtcOffsetMinutes));
    }

    [Fact]
    public async Task Time_WithAnOddZone_KeepsItsOffset()
    {
        var id = (await server.Git.RunAsync("log", "--format=%H", "--grep=Rename a file", "main")).Trim();
        Assert.Equal(-210, (await GetAsync(id)).Author.UtcOffsetMinutes);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("refs/heads/main")]
    [InlineData("heads/main")]
    [InlineData("HEAD")]
    [InlineData("")]
    [InlineData("light")]
    [InlineData("v1.0")]
    [InlineData("nested")]
    [InlineData("refs/tags/nested")]
    public async Task Revision_ByName_IsTheCommitThatGitFinds(string revision)
    {
        var expected = await server.Git.RunAsync("rev-parse", (revision.Length == 0 ? "HEAD" : revision) + "^{commit}");
        Assert.Equal(expected, (await GetAsync(revision)).CommitId);
    }

    [Fact]
    public async Task Revision_AbbreviatedId_IsTheCommit()
    {
        var id = await server.Git.RunAsync("rev-parse", "main");
        Assert.Equal(id, (await GetAsync(id[..12])).CommitId);
        Assert.Equal(id, (await GetAsync(id[..12].ToUpperInvariant())).CommitId);
    }

    [Theory]
    [InlineData("no-such-branch", StatusCode.NotFound)]
    [InlineData("0000000000000000000000000000000000000001", StatusCode.NotFound)]
    [InlineData("refs/hidden/nothing", StatusCode.NotFound)]
    [InlineData("of-tree", StatusCode.NotFound)]
    [InlineData("of-blob", StatusCode.NotFound)]
    [InlineData("../../etc/passwd", StatusCode.NotFound)]
    [InlineData("--all", StatusCode.NotFound)]
    [InlineData("main^{/x}", StatusCode.NotFound)]
    [InlineData("abcdef012", StatusCode.NotFound)]
    public async Task Revision_ThatNamesNoCommit_IsNotFound(string revision, StatusCode expected)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => GetAsync(revision));
        Assert.Equal(expected, fault.StatusCode);
    }

    [Fact]
    public async Task Revision_ThatIsTooLong_IsInvalid()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => GetAsync(new string('a', 100_000)));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    [Fact]
    public async Task EmptyRepository_HasNoHead()
    {
        var fault = await Assert.ThrowsAsync<RpcException>(() => GetAsync("HEAD", "empty"));
        Assert.Equal((StatusCode.NotFound, true), (fault.StatusCode, fault.Status.Detail.Contains("no commits", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SignedCommit_ReportsTheKey()
    {
        var commit = await GetAsync("signed");
        var key = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(server.Git.Folder)!, "signing.pub"));
        var blob = Convert.FromBase64String(key.Split(' ')[1]);
        var fingerprint = "SHA256:" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(blob)).TrimEnd('=');
        Assert.Equal((Signature.Types.Kind.Ssh, fingerprint), (commit.Signature.Kind, commit.Signature.KeyId));
        Assert.Null((await GetAsync("main")).Signature);
    }

    [Fact]
    public async Task Json_HasTheSameCommit()
    {
        var json = await server.Server.Admin.GetAsync($"projects/{ReadingServer.Project}/repositories/{ReadingServer.Repository}/commits/refs/heads/main");
        Assert.Equal(await server.Git.RunAsync("rev-parse", "main"), json.GetProperty("commitId").GetString());
        Assert.Equal(0, json.GetProperty("committer").GetProperty("utcOffsetMinutes").GetInt32());
    }

    [Fact]
    public async Task PrivateAndAbsentRepository_AnswerAlike()
    {
        await server.Server.Admin.CreateUserAsync("stranger", "a password of a stranger");
        var login = ReadingServer.LoginOf("stranger", "a password of a stranger");
        var hidden = await Assert.ThrowsAsync<RpcException>(() => GetAsync("main", ReadingServer.Repository, login));
        var absent = await Assert.ThrowsAsync<RpcException>(() => GetAsync("main", "absent", login));
        Assert.Equal(StatusCode.NotFound, hidden.StatusCode);
        Assert.Equal(absent.Status.Detail.Replace("absent", ReadingServer.Repository, StringComparison.Ordinal), hidden.Status.Detail);
    }

    private static string Shown(Commit commit) => string.Join(
        '\0', commit.CommitId, commit.TreeId, string.Join(' ', commit.ParentIds), commit.Author.Name, commit.Author.Mail, commit.Author.Time.Seconds,
        commit.Committer.Name, commit.Committer.Mail, commit.Committer.Time.Seconds, commit.Subject);

    private async Task<Commit> GetAsync(string revision, string repository = ReadingServer.Repository, Metadata? login = null)
    {
        var request = new GetCommitRequest { Project = ReadingServer.Project, Repository = repository, Revision = revision };
        return (await server.Commits.GetCommitAsync(request, login ?? server.Login)).Commit;
    }
}
