using System.Text;
using Google.Protobuf;
using Granary.Tests.Harness;
using Granary.V1;
using Grpc.Core;
using Action = Granary.V1.FileChange.Types.Action;
using Kind = Granary.V1.FileChange.Types.Kind;

namespace Granary.Diffs.Tests.Committing;

/// <summary>Commits out of changes of files, looked at with git.</summary>
public sealed class CommitFilesTests(ApiServer api) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _repository = "";
    private RealGit _git = null!;

    private FileService.FileServiceClient Client => new(api.Channel);

    public async ValueTask InitializeAsync()
    {
        _repository = await api.NewRepositoryAsync();
        _git = await api.GitOfAsync(_repository, _folder);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task FirstCommit_OfAnEmptyRepository_IsWhatGitReads()
    {
        var made = await CommitAsync(Header("First\r\n\r\nbody"), Write("a.txt", "a\n"), Write("dir/sub/b", "b\n"), Write("run", "#!", Kind.Executable), Write("link", "a.txt", Kind.Symlink));
        Assert.Equal("", made.PreviousCommitId);
        Assert.Equal(made.CommitId, await _git.RunAsync("rev-parse", "main"));
        Assert.Equal(
            "100644 a.txt\n100644 dir/sub/b\n120000 link\n100755 run",
            await _git.RunAsync("ls-tree", "-r", "--format=%(objectmode) %(path)", "main"));
        Assert.Equal("a\n", Text(await _git.TryAsync("cat-file", "blob", "main:a.txt")));
        Assert.Equal("Anna A Smith <anna@example.org>|Anna A Smith <anna@example.org>|First\n\nbody\n", await _git.RunAsync("log", "-1", "--format=%an <%ae>|%cn <%ce>|%B", "main") + "\n");
        await RequireSoundAsync();
    }

    [Fact]
    public async Task Changes_OfEachKind_LeaveTheTreeThatGitWouldMake()
    {
        await CommitAsync(Header("Start"), Write("a", "a\n"), Write("dir/b", "b\n"), Write("dir/c", "c\n"), Write("old/deep/d", "d\n"), Write("x", "x\n"), Write("gone/e", "e\n"));
        var made = await CommitAsync(
            Header("Changes"),
            Change(Action.Create, "new/file", "n\n"),
            Change(Action.Update, "a", "aa\n"),
            Change(Action.Delete, "dir/b"),
            Change(Action.Delete, "gone"),
            Move("dir/c", "moved/c"),
            Move("old", "new/old"),
            Change(Action.SetKind, "x", kind: Kind.Executable));
        Assert.Equal(
            "100644 a\n100644 moved/c\n100644 new/file\n100644 new/old/deep/d\n100755 x",
            await _git.RunAsync("ls-tree", "-r", "--format=%(objectmode) %(path)", made.CommitId));
        Assert.Equal("aa\n", Text(await _git.TryAsync("cat-file", "blob", "main:a")));
        Assert.Equal(made.PreviousCommitId, await _git.RunAsync("rev-parse", "main~1"));
        await RequireSoundAsync();
    }

    [Fact]
    public async Task Order_OfNamesInATree_IsGits()
    {
        await CommitAsync(Header("Names"), Write("a.b", "1"), Write("a/x", "2"), Write("a0", "3"), Write("a-", "4"), Write("é", "5"), Write("日本", "6"));
        Assert.Equal("a-\na.b\na/x\na0\né\n日本", await _git.RunAsync("-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", "main"));
        await RequireSoundAsync();
    }

    [Fact]
    public async Task BytePaths_AndContents_StayAsTheyAre()
    {
        byte[] path = [(byte)'p', 0xff, 0xfe];
        var content = new byte[3_000_000];
        new Random(7).NextBytes(content);
        await CommitAsync(Header("Bytes"), new FileChange { Action = Action.Write, RawPath = ByteString.CopyFrom(path), Content = ByteString.CopyFrom(content) });
        var listed = await _git.TryAsync("ls-tree", "-z", "main");
        Assert.Equal(path, listed.OutputBytes[(Array.IndexOf(listed.OutputBytes, (byte)'\t') + 1)..^1]);
        var id = Text(listed).Split(' ')[2].Split('\t')[0];
        Assert.Equal(content, (await _git.TryAsync("cat-file", "blob", id)).OutputBytes);
    }

    [Fact]
    public async Task Content_InPieces_IsOneFile()
    {
        using var call = Client.CommitFiles(ApiServer.As());
        await call.RequestStream.WriteAsync(new CommitFilesRequest { Header = Header("Pieces") });
        await call.RequestStream.WriteAsync(new CommitFilesRequest { Change = new FileChange { Action = Action.Create, Path = "big", Content = ByteString.CopyFromUtf8("begin\n") } });
        for (var i = 0; i < 100; i++) await call.RequestStream.WriteAsync(new CommitFilesRequest { Content = ByteString.CopyFromUtf8($"{i}\n") });
        await call.RequestStream.WriteAsync(new CommitFilesRequest { Change = new FileChange { Action = Action.Create, Path = "empty" } });
        await call.RequestStream.CompleteAsync();
        await call;
        Assert.Equal("begin\n" + string.Concat(Enumerable.Range(0, 100).Select(static i => $"{i}\n")), Text(await _git.TryAsync("cat-file", "blob", "main:big")));
        Assert.Equal("0", await _git.RunAsync("cat-file", "-s", "main:empty"));
    }

    [Fact]
    public async Task NewBranch_FromATag_HasItsCommitAsParent()
    {
        var first = await CommitAsync(Header("One"), Write("a", "1"));
        await CommitAsync(Header("Two"), Write("a", "2"));
        var header = Header("On a branch");
        (header.Branch, header.Start) = ("topic/x", first.CommitId);
        var made = await CommitAsync(header, Write("b", "3"));
        Assert.Equal(first.CommitId, await _git.RunAsync("rev-parse", "topic/x~1"));
        Assert.Equal("", made.PreviousCommitId);
        await RefusedAsync(StatusCode.AlreadyExists, header, Write("b", "4"));
    }

    [Fact]
    public async Task ExpectedHead_ThatIsNot_IsRefused()
    {
        var first = await CommitAsync(Header("One"), Write("a", "1"));
        var second = await CommitAsync(Header("Two"), Write("a", "2"));
        var header = Header("Late");
        header.ExpectedHead = first.CommitId;
        await RefusedAsync(StatusCode.FailedPrecondition, header, Write("a", "3"));
        Assert.Equal(second.CommitId, await _git.RunAsync("rev-parse", "main"));
        header.ExpectedHead = second.CommitId;
        await CommitAsync(header, Write("a", "3"));
    }

    [Fact]
    public async Task ExpectedBlob_ThatIsNot_IsRefused()
    {
        await CommitAsync(Header("One"), Write("a", "1"));
        var change = Write("a", "2");
        change.ExpectedBlobId = new string('1', 40);
        await RefusedAsync(StatusCode.FailedPrecondition, Header("Two"), change);
        change.ExpectedBlobId = await _git.RunAsync("rev-parse", "main:a");
        await CommitAsync(Header("Two"), change);
    }

    [Fact]
    public async Task SameContent_IsNoCommit_UnlessAsked()
    {
        await CommitAsync(Header("One"), Write("a", "1"));
        await RefusedAsync(StatusCode.FailedPrecondition, Header("Again"), Write("a", "1"));
        var header = Header("Empty");
        header.AllowEmpty = true;
        var made = await CommitAsync(header, Write("a", "1"));
        Assert.Equal(await _git.RunAsync("rev-parse", "main~1^{tree}"), await _git.RunAsync("rev-parse", made.CommitId + "^{tree}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/abs")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../up")]
    [InlineData("a/./b")]
    [InlineData("a/\0b")]
    [InlineData(".git/config")]
    [InlineData("a/.GIT/hooks/x")]
    [InlineData("a/.git ./x")]
    [InlineData("git~1/x")]
    [InlineData(".git::$INDEX_ALLOCATION/x")]
    public Task Path_ThatLeavesTheTree_IsRefused(string path) => RefusedAsync(StatusCode.InvalidArgument, Header("Bad"), Write(path, "x"));

    [Fact]
    public async Task Path_ThatOnlySomeFileSystemsTakeForGits_IsRefusedByFsck()
    {
        var refused = await RefusedAsync(StatusCode.FailedPrecondition, Header("Bad"), Write(".g\u200cit/config", "x"));
        Assert.Contains("hasDotgit", refused.Status.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Changes_ThatDoNotFitTheFiles_AreRefused()
    {
        await CommitAsync(Header("One"), Write("file", "1"), Write("dir/f", "1"));
        await RefusedAsync(StatusCode.AlreadyExists, Header("x"), Change(Action.Create, "file", "2"));
        await RefusedAsync(StatusCode.NotFound, Header("x"), Change(Action.Update, "none", "2"));
        await RefusedAsync(StatusCode.NotFound, Header("x"), Change(Action.Delete, "none"));
        await RefusedAsync(StatusCode.FailedPrecondition, Header("x"), Write("file/below", "2"));
        await RefusedAsync(StatusCode.FailedPrecondition, Header("x"), Write("dir", "2"));
        await RefusedAsync(StatusCode.AlreadyExists, Header("x"), Move("file", "dir/f"));
        await RefusedAsync(StatusCode.InvalidArgument, Header("x"), Move("dir", "dir/f/g"));
        await RefusedAsync(StatusCode.InvalidArgument, Header("x"), new FileChange { Path = "file" });
        await RefusedAsync(StatusCode.InvalidArgument, Header("x"), Change(Action.Delete, "file", "with content"));
        Assert.Equal("1", await _git.RunAsync("rev-list", "--count", "main"));
    }

    [Fact]
    public async Task Limits_OfFilesAndChanges_Hold()
    {
        var big = new FileChange { Action = Action.Create, Path = "big" };
        using var call = Client.CommitFiles(ApiServer.As());
        try
        {
            await call.RequestStream.WriteAsync(new CommitFilesRequest { Header = Header("Big") });
            await call.RequestStream.WriteAsync(new CommitFilesRequest { Change = big });
            for (var i = 0; i < 25; i++) await call.RequestStream.WriteAsync(new CommitFilesRequest { Content = ByteString.CopyFrom(new byte[1_000_000]) });
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // The answer came before all was sent; what it says is read next.
        }

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        await RefusedAsync(StatusCode.ResourceExhausted, Header("Many"), [.. Enumerable.Range(0, 51).Select(static i => Write($"f{i}", "x"))]);
    }

    [Fact]
    public async Task Rules_OfTheBranch_Hold()
    {
        await CommitAsync(Header("One"), Write("a", "1"));
        await api.Server.Admin.PostAsync($"projects/DEMO/repositories/{_repository}/protection-rules", new { pattern = "main", commits = new { signedOff = true } });
        var refused = await RefusedAsync(StatusCode.FailedPrecondition, Header("Two"), Write("a", "2"));
        Assert.Contains("ign", refused.Status.Detail, StringComparison.Ordinal);
        await CommitAsync(Header("Two\n\nSigned-off-by: Anna A Smith <anna@example.org>"), Write("a", "2"));
    }

    [Fact]
    public async Task Viewer_MayNotCommit()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Client.CreateCommitAsync(
            new CreateCommitRequest { Project = "DEMO", Repository = _repository, Branch = "main", Message = "No" }, ApiServer.As("vera")));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }

    [Fact]
    public async Task Author_WithATimeOfItsOwn_KeepsItsOffset()
    {
        var header = Header("By another");
        header.Author = new CommitPerson { Name = "花子", Mail = "hanako@example.jp", Time = new() { Seconds = 1_600_000_000 }, UtcOffsetMinutes = 540 };
        await CommitAsync(header, Write("a", "1"));
        Assert.Equal("花子|hanako@example.jp|1600000000 +0900|anna@example.org", await _git.RunAsync("log", "-1", "--date=raw", "--format=%an|%ae|%ad|%ce", "main"));
    }

    [Fact]
    public async Task Cancelled_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        using var call = Client.CommitFiles(ApiServer.As(), cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new CommitFilesRequest { Header = Header("Never") });
        await call.RequestStream.WriteAsync(new CommitFilesRequest { Change = Write("a", "x") });
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await call);
        await Until.HoldsAsync("nothing is left", () =>
        {
            var incoming = Path.Combine(_git.Folder, "granary", "incoming");
            return !Directory.Exists(incoming) || !Directory.EnumerateFileSystemEntries(incoming).Any();
        });
        Assert.Equal("", await _git.RunAsync("for-each-ref"));
    }

    [Fact]
    public async Task Json_Commit_IsSeenInTheActivity()
    {
        var anna = api.Server.Admin.As("anna", ApiServer.Password);
        var made = await anna.PostAsync($"projects/DEMO/repositories/{_repository}/commits", new
        {
            branch = "main",
            message = "From the web",
            changes = (object[])[new { action = "CREATE", path = "README.md", content = Convert.ToBase64String("# Hello\n"u8) }],
        });
        var id = made.GetProperty("commit").GetProperty("commitId").GetString();
        Assert.Equal(id, await _git.RunAsync("rev-parse", "main"));
        await Until.HoldsAsync("the activity has the commit", async () =>
        {
            var activity = await anna.GetAsync($"projects/DEMO/repositories/{_repository}/activity");
            return activity.ToString().Contains(id!, StringComparison.Ordinal) && activity.ToString().Contains("\"api\"", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Commits_AtOnce_OnOneBranch_LoseNothing()
    {
        await CommitAsync(Header("Start"), Write("start", "x"));
        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            while (true)
            {
                try
                {
                    return await CommitAsync(Header($"Commit {i}"), Write($"file{i}", "x"));
                }
                catch (RpcException busy) when (busy.StatusCode == StatusCode.Unavailable)
                {
                    // Somebody was faster.
                }
            }
        }));
        Assert.Equal(8, done.Select(static made => made.CommitId).Distinct().Count());
        Assert.Equal("9", await _git.RunAsync("rev-list", "--count", "main"));
        Assert.Equal(9, (await _git.RunAsync("ls-tree", "--name-only", "main")).Split('\n').Length);
    }

    private CommitHeader Header(string message) => new() { Project = "DEMO", Repository = _repository, Branch = "main", Message = message };

    private static FileChange Write(string path, string content, Kind kind = Kind.Unspecified) =>
        new() { Action = Action.Write, Path = path, Content = ByteString.CopyFromUtf8(content), Kind = kind };

    private static FileChange Change(Action action, string path, string? content = null, Kind kind = Kind.Unspecified)
    {
        var change = new FileChange { Action = action, Path = path, Kind = kind };
        if (content is not null) change.Content = ByteString.CopyFromUtf8(content);
        return change;
    }

    private static FileChange Move(string from, string to) => new() { Action = Action.Move, PreviousPath = from, Path = to };

    private async Task<MadeCommit> CommitAsync(CommitHeader header, params FileChange[] changes)
    {
        using var call = Client.CommitFiles(ApiServer.As());
        await SendAsync(call.RequestStream, header, changes);
        return (await call).Commit;
    }

    private async Task<RpcException> RefusedAsync(StatusCode code, CommitHeader header, params FileChange[] changes)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => CommitAsync(header, changes));
        Assert.True(code == refused.StatusCode, refused.ToString());
        return refused;
    }

    /// <summary>A refusal may come before all is sent; the answer then tells it.</summary>
    private static async Task SendAsync(IClientStreamWriter<CommitFilesRequest> stream, CommitHeader header, FileChange[] changes)
    {
        try
        {
            await stream.WriteAsync(new CommitFilesRequest { Header = header });
            foreach (var change in changes) await stream.WriteAsync(new CommitFilesRequest { Change = change });
            await stream.CompleteAsync();
        }
        catch (Exception fault) when (fault is RpcException or InvalidOperationException)
        {
            // Read with the answer.
        }
    }

    private static string Text(GitResult result) => Encoding.UTF8.GetString(result.OutputBytes);

    private async Task RequireSoundAsync()
    {
        var fsck = await _git.TryAsync("fsck", "--full", "--strict");
        Assert.True(fsck.ExitCode == 0, fsck.Error + fsck.Output);
    }
}
