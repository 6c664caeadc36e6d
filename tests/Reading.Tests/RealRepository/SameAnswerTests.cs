using System.Globalization;
using System.Text;
using Google.Protobuf;
using Granary.Reading.Tests.Objects;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.RealRepository;

/// <summary>The answers of each reading call, beside git's.</summary>
public sealed class SameAnswerTests(RealRepository real) : IClassFixture<RealRepository>
{
    private const string Project = ReadingServer.Project;
    private const string Repository = ReadingServer.Repository;

    [Fact]
    public async Task Refs()
    {
        var branches = new BranchService.BranchServiceClient(real.Channel);
        var tags = new TagService.TagServiceClient(real.Channel);
        var found = new List<string>();
        for (var token = ""; ;)
        {
            var page = await branches.ListBranchesAsync(new() { Project = Project, Repository = Repository, PageToken = token, PageSize = 50 }, real.Login);
            found.AddRange(page.Branches.Select(static b => $"{b.Commit.CommitId} refs/heads/{b.Name}"));
            if ((token = page.NextPageToken).Length == 0) break;
        }

        for (var token = ""; ;)
        {
            var page = await tags.ListTagsAsync(new() { Project = Project, Repository = Repository, PageToken = token, PageSize = 50 }, real.Login);
            found.AddRange(page.Tags.Select(static t => $"{t.ObjectId} refs/tags/{t.Name}"));
            if ((token = page.NextPageToken).Length == 0) break;
        }

        Assert.Equal((await real.Git.RunAsync("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags")).Split('\n'), found);
    }

    [Fact]
    public async Task Log()
    {
        var expected = await GitAsync("log", "--encoding=UTF-8", "--format=%H %T %P|%an|%ae|%at|%cn|%ce|%ct|%s", "HEAD");
        var actual = (await LogAsync(static _ => { })).Select(static c =>
            $"{c.CommitId} {c.TreeId} {string.Join(' ', c.ParentIds)}|{c.Author.Name}|{c.Author.Mail}|{c.Author.Time.Seconds}|{c.Committer.Name}|{c.Committer.Mail}|{c.Committer.Time.Seconds}|{c.Subject}");
        Assert.Equal(expected.Split('\n'), actual);
    }

    [Fact]
    public async Task LogOfPaths()
    {
        foreach (var path in RealRepository.Spread([.. real.Files, .. real.Files.Select(static f => Path.GetDirectoryName(f)!).Where(static f => f.Length > 0).Distinct()], 60))
            Assert.Equal((path, await GitAsync("log", "--format=%H", "HEAD", "--", path)), (path, Ids(await LogAsync(request => request.Path = path))));
    }

    [Fact]
    public async Task LogThatFollows()
    {
        var same = 0;
        var paths = RealRepository.Spread(real.Files, 30);
        foreach (var path in paths)
        {
            var (expected, actual) = (await GitAsync("log", "--follow", "--format=%H", "HEAD", "--", path), Ids(await LogAsync(request => (request.Path, request.Follow) = (path, true))));
            if (expected == actual) same++;
            else TestContext.Current.SendDiagnosticMessage("--follow differs: {0}\n{1}\nof git, and\n{2}", path, expected, actual);
        }

        // Among files that a new one is equally like, git may take another (docs/api.md).
        Assert.InRange(same, paths.Count - 1, paths.Count);
    }

    [Fact]
    public async Task LogOfRanges()
    {
        foreach (var (first, second) in Pairs(40))
        {
            foreach (var range in (string[])[$"{first}..{second}", $"{first}...{second}"])
                Assert.Equal((range, await GitAsync("log", "--format=%H", range)), (range, Ids(await LogAsync(request => request.Revision = range))));
        }
    }

    [Fact]
    public async Task MergeBasesAndDistances()
    {
        var commits = new CommitService.CommitServiceClient(real.Channel);
        var diffs = new DiffService.DiffServiceClient(real.Channel);
        foreach (var (first, second) in Pairs(200))
        {
            var bases = await commits.GetMergeBaseAsync(new() { Project = Project, Repository = Repository, First = first, Second = second }, real.Login);
            var expected = (await real.Git.TryAsync("merge-base", "--all", first, second)).Output;
            Assert.Equal((first, second, string.Join('\n', expected.Split('\n').Order())), (first, second, string.Join('\n', bases.CommitIds.Order())));
        }

        foreach (var (first, second) in Pairs(30))
        {
            var request = new CompareRequest { Project = Project, Repository = Repository, Base = first, Head = second, Options = new() { StatsOnly = true } };
            if ((await real.Git.TryAsync("merge-base", first, second)).ExitCode != 0) continue;
            using var call = diffs.Compare(request, real.Login);
            Assert.True(await call.ResponseStream.MoveNext(default));
            var between = call.ResponseStream.Current.Summary.Divergence;
            Assert.Equal((first, second, await GitAsync("rev-list", "--left-right", "--count", $"{first}...{second}")), (first, second, $"{between.Behind}\t{between.Ahead}"));
        }
    }

    [Fact]
    public async Task Trees()
    {
        var trees = new TreeService.TreeServiceClient(real.Channel);
        foreach (var commit in RealRepository.Spread(real.Commits, 20))
        {
            var request = new ListTreeRequest { Project = Project, Repository = Repository, Revision = commit, Recursive = true, Sizes = true, Limit = 100_000 };
            var entries = (await ReadingServer.AllAsync(trees.ListTree(request, real.Login))).SelectMany(static m => m.Entries?.Entries ?? []);
            var shown = entries.Select(static e => $"{e.Mode} {(e.Kind == TreeEntry.Types.Kind.Submodule ? "commit" : "blob")} {e.ObjectId} {(e.Kind == TreeEntry.Types.Kind.Submodule ? "-" : e.Size.ToString(CultureInfo.InvariantCulture)).PadLeft(7)}\t{e.Path}");
            Assert.Equal(await GitAsync("-c", "core.quotePath=false", "ls-tree", "-r", "-l", commit), string.Join('\n', shown));
        }
    }

    [Fact]
    public async Task LastCommits()
    {
        var trees = new TreeService.TreeServiceClient(real.Channel);
        foreach (var folder in (string[])["", .. real.Files.Select(static f => Path.GetDirectoryName(f)!).Where(static f => f.Length > 0).Distinct().Order().Take(6)])
        {
            var request = new ListTreeRequest { Project = Project, Repository = Repository, Path = folder, LastCommits = true };
            var found = (await ReadingServer.AllAsync(trees.ListTree(request, real.Login))).SelectMany(static m => m.LastCommits?.Commits ?? []);
            var last = found.SelectMany(static c => c.Entries.Select(e => (e.Path, c.Commit.CommitId))).ToDictionary();
            Assert.NotEmpty(last);
            foreach (var (path, commit) in last) Assert.Equal((path, await GitAsync("log", "-1", "--format=%H", "HEAD", "--", path)), (path, commit));
        }
    }

    [Fact]
    public async Task Objects()
    {
        var all = (await GitAsync("rev-list", "--objects", "--no-object-names", "HEAD")).Split('\n');
        var names = RealRepository.Spread(all, 5_000);
        var expected = await real.Git.FeedForBytesAsync(string.Join('\n', names) + "\n", "cat-file", "--batch");
        using var actual = new MemoryStream();
        using var call = new ObjectService.ObjectServiceClient(real.Channel).ReadObjects(real.Login);
        var sending = Task.Run(async () =>
        {
            await call.RequestStream.WriteAsync(ObjectCalls.Header());
            foreach (var name in names) await call.RequestStream.WriteAsync(ObjectCalls.Query(name));
            await call.RequestStream.CompleteAsync();
        });
        var isFirst = true;
        await foreach (var message in call.ResponseStream.ReadAllAsync())
        {
            if (message.Info is { } info)
            {
                if (!isFirst) actual.WriteByte((byte)'\n');
                actual.Write(Encoding.ASCII.GetBytes($"{info.ObjectId} {info.Type.ToString().ToLowerInvariant()} {info.Size}\n"));
                isFirst = false;
            }
            else
            {
                actual.Write(message.Data.Span);
            }
        }

        await sending;
        actual.WriteByte((byte)'\n');
        Assert.True(expected.AsSpan().SequenceEqual(actual.ToArray()), "The answers of cat-file --batch are others.");
    }

    [Fact]
    public async Task Diffs()
    {
        var diffs = new DiffService.DiffServiceClient(real.Channel);
        var options = new DiffOptions { MaxFiles = 100_000, MaxLines = 10_000_000, MaxLinesPerFile = 1_000_000 };
        var compared = 0;
        foreach (var commit in real.Commits)
        {
            var request = new GetCommitDiffRequest { Project = Project, Repository = Repository, Revision = commit, Options = options };
            var messages = await ReadingServer.AllAsync(diffs.GetCommitDiff(request, real.Login));
            var summary = messages[0].Summary;
            if (summary.Incomplete || summary.MayMissRenames || summary.FileCount > summary.ShownFileCount || messages.Any(static m => m.File?.Truncated == true)) continue;
            compared++;
            var patch = await real.Git.TryAsync("-c", "core.quotePath=false", "show", "--format=", "--first-parent", "-m", "-M", "-p", "--no-ext-diff", "--no-textconv", "--no-color", commit);
            var (expected, actual) = (Patches.OfGit(patch.OutputBytes), Patches.Of(messages.Skip(1).Select(static m => m.File)));
            var at = expected.AsSpan().CommonPrefixLength(actual);
            Assert.True(expected == actual, $"{commit} differs at {at}:\n{Around(expected, at)}\nof git, and\n{Around(actual, at)}");
        }

        Assert.InRange(compared, real.Commits.Count * 9 / 10, real.Commits.Count);
    }

    [Fact]
    public async Task Blame()
    {
        var client = new BlameService.BlameServiceClient(real.Channel);
        foreach (var path in RealRepository.Spread(real.Files, 60))
        {
            var request = new BlameRequest { Project = Project, Repository = Repository, Path = path };
            var runs = (await ReadingServer.AllAsync(client.Blame(request, real.Login))).SelectMany(static m => m.Runs?.Runs ?? []);
            var actual = runs.SelectMany(static r => Enumerable.Range(0, r.LineCount).Select(i => $"{r.CommitId} {r.OriginalLine + i} {r.Line + i} {r.OriginalPath}"));
            Assert.Equal((path, string.Join('\n', await BlamedAsync(path))), (path, string.Join('\n', actual)));
        }
    }

    [Fact]
    public async Task Search()
    {
        var client = new SearchService.SearchServiceClient(real.Channel);
        foreach (var pattern in (string[])["git_repository_open", "assert(", "  return -1;"])
        {
            var request = new SearchFilesRequest { Project = Project, Repository = Repository, Pattern = pattern };
            var messages = await ReadingServer.AllAsync(client.SearchFiles(request, real.Login));
            Assert.False(messages[^1].Summary.Truncated);
            var actual = messages.Where(static m => m.File is not null).SelectMany(static m => m.File.Lines.Select(l => $"{m.File.Path}:{l.Number}"));
            var expected = (await GitAsync("-c", "core.quotePath=false", "grep", "-n", "-I", "-F", "-e", pattern, "HEAD")).Split('\n')
                .Select(static l => string.Join(':', l.Split(':').Skip(1).Take(2)));
            Assert.Equal((pattern, string.Join('\n', expected)), (pattern, string.Join('\n', actual)));
        }
    }

    [Fact]
    public async Task Contributors()
    {
        var client = new CommitService.CommitServiceClient(real.Channel);
        var messages = await ReadingServer.AllAsync(client.ListContributors(new() { Project = Project, Repository = Repository }, real.Login));
        var actual = messages.SelectMany(static m => m.Contributors?.Contributors ?? []).Select(static c => $"{c.CommitCount} {c.Name} <{c.Mail}>");
        var expected = (await GitAsync("shortlog", "-sne", "HEAD")).Split('\n').Select(static l => l.Trim().Replace('\t', ' '));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Archive()
    {
        var client = new ArchiveService.ArchiveServiceClient(real.Channel);
        foreach (var commit in RealRepository.Spread(real.Commits, 10))
        {
            var request = new GetArchiveRequest { Project = Project, Repository = Repository, Revision = commit, Format = ArchiveFormat.Tar, Prefix = "sources" };
            var messages = await ReadingServer.AllAsync(client.GetArchive(request, real.Login));
            var expected = (await real.Git.TryAsync("archive", "--format=tar", "--prefix=sources/", commit)).OutputBytes;
            Assert.True(expected.AsSpan().SequenceEqual([.. messages.Skip(1).SelectMany(static m => m.Data)]), $"The archive of {commit} is another.");
        }
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 200)];

    private static string Ids(IEnumerable<Commit> commits) => string.Join('\n', commits.Select(static c => c.CommitId));

    private IEnumerable<(string First, string Second)> Pairs(int count) => Enumerable.Range(0, count).Select(i =>
        (real.Commits[i * 7 % real.Commits.Count], real.Commits[(i * 31 + 5) % real.Commits.Count]));

    private async Task<List<string>> BlamedAsync(string path)
    {
        var lines = new List<string>();
        var names = new Dictionary<string, string>();
        var commit = "";
        foreach (var line in Encoding.UTF8.GetString((await real.Git.TryAsync("-c", "core.quotePath=false", "blame", "--porcelain", "HEAD", "--", path)).OutputBytes).Split('\n'))
        {
            if (line.StartsWith('\t')) lines[^1] += $" {names[commit]}";
            else if (line.StartsWith("filename ", StringComparison.Ordinal)) names[commit] = line["filename ".Length..];
            else if (line.Split(' ') is [{ Length: 40 } id, var old, var now, ..] && id.All(char.IsAsciiHexDigitLower)) lines.Add($"{commit = id} {old} {now}");
        }

        return lines;
    }

    private Task<string> GitAsync(params string[] arguments) => real.Git.RunAsync(arguments);

    private async Task<List<Commit>> LogAsync(Action<ListCommitsRequest> narrow)
    {
        var client = new CommitService.CommitServiceClient(real.Channel);
        var commits = new List<Commit>();
        for (var token = ""; ;)
        {
            var request = new ListCommitsRequest { Project = Project, Repository = Repository, PageSize = 3_000, PageToken = token };
            narrow(request);
            var messages = await ReadingServer.AllAsync(client.ListCommits(request, real.Login));
            foreach (var message in messages) commits.AddRange(message.Commits);
            if ((token = messages.Count == 0 ? "" : messages[^1].NextPageToken).Length == 0) return commits;
        }
    }
}
