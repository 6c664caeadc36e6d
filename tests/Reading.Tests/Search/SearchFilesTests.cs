using System.Text;
using Granary.V1;

namespace Granary.Reading.Tests.Search;

/// <summary>Lines that match, as <c>git grep</c> finds them.</summary>
[Collection(SearchRepository.Users)]
public sealed class SearchFilesTests(SearchRepository repository)
{
    [Theory]
    [InlineData("foo", "-F")]
    [InlineData("foo", "-F -i")]
    [InlineData("foo", "-F -w")]
    [InlineData("FOO", "-F -i -w")]
    [InlineData("a.b", "-F")]
    [InlineData("(foo)", "-F -w")]
    [InlineData("foo bar", "-F -i")]
    [InlineData("été", "-F")]
    [InlineData("été", "-F -i")]
    [InlineData("日本語", "-F -i")]
    [InlineData("日本", "-F -w")]
    [InlineData("\\d", "-F")]
    [InlineData(" ", "-F")]
    [InlineData("nothing has this", "-F")]
    [InlineData("fo+", "-E")]
    [InlineData("^foo", "-E")]
    [InlineData("foo$", "-E -i")]
    [InlineData("x*", "-E")]
    [InlineData("^(foo|bar) ", "-E")]
    [InlineData("[0-9]x|x[0-9]", "-E -w")]
    [InlineData("a[.+]b", "-E -w")]
    [InlineData("日本.|é", "-E")]
    [InlineData("foo.{1,5}baz", "-E")]
    [InlineData("return.*if", "-E -w -i")]
    public async Task Lines_OfEachPattern_AreGits(string pattern, string options)
    {
        var answer = await repository.SearchAsync(Request(pattern, options));
        Assert.Equal(await GrepAsync(["-n", .. options.Split(' '), "-e", pattern, "main"]), answer.Lines);
        Assert.Equal(SearchSummary.Types.Limit.Unspecified, answer.Summary.Limit);
        Assert.False(answer.Summary.Truncated);
    }

    [Theory]
    [InlineData("foo", "-F")]
    [InlineData("FOO", "-F -i -w")]
    [InlineData("fo+", "-E -w")]
    [InlineData("a[.+]b|x", "-E")]
    public async Task Ranges_OfEachMatch_AreGits(string pattern, string options)
    {
        var request = Request(pattern, options);
        request.Path = "lib";
        var lines = (await repository.SearchAsync(request)).Files.SelectMany(static file => file.Lines.Select(line => (file.Path, Line: line))).ToList();
        Assert.NotEmpty(lines);
        string[] rest = [.. options.Split(' '), "-e", pattern, "main", "--", "lib"];

        // git's columns are bytes, and only those of a first match are to be relied on.
        Assert.Equal(
            await GrepAsync(["-n", "--column", .. rest]),
            lines.Select(static l => $"{l.Path}:{l.Line.Number}:{Encoding.UTF8.GetByteCount(l.Line.Text[..(l.Line.Matches[0].Column - 1)]) + 1}:{l.Line.Text}"));
        Assert.Equal(
            await GrepAsync(["-n", "-o", .. rest]),
            lines.SelectMany(static l => l.Line.Matches.Select(range => $"{l.Path}:{l.Line.Number}:{l.Line.Text.Substring(range.Column - 1, range.Length)}")));
    }

    [Fact]
    public async Task EmptyLines_AreFound()
    {
        // git itself sees one more behind the end of a file when it is asked in this way.
        var request = Request("^$", "-E");
        Assert.Equal(await GrepAsync(["-n", "-v", "-E", "-e", ".", "main"]), (await repository.SearchAsync(request)).Lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public async Task Context_OfEachMatch_IsGits(int lines)
    {
        var request = Request("foo-bar", "-F");
        request.ContextLines = lines;
        Assert.Equal((await GrepAsync(["-n", "-C", $"{lines}", "-F", "-e", "foo-bar", "main"])).Where(static line => line != "--"), (await repository.SearchAsync(request)).Lines);
    }

    [Theory]
    [InlineData("*.cs")]
    [InlineData("src")]
    [InlineData("src/")]
    [InlineData("sr")]
    [InlineData("src/*.c")]
    [InlineData("src/**/*.txt")]
    [InlineData("[Ss]rc/*")]
    [InlineData("*/f[0-9].c*")]
    [InlineData("f?.*")]
    [InlineData("test[1]")]
    [InlineData("test\\[1\\]/*")]
    [InlineData("*[!a-z]")]
    [InlineData("*[[:digit:]].md")]
    [InlineData("*[")]
    [InlineData("*.cs", "src/*.txt", "docs")]
    [InlineData("*.cs", ":!src")]
    [InlineData(":!*.cs", ":!s*/f1*")]
    [InlineData("src/deep", ":!*/er/*")]
    [InlineData("nowhere")]
    public async Task Globs_ChooseTheFilesThatGitChooses(params string[] globs)
    {
        var request = Request("foo", "-F");
        request.Globs.Add(globs.Where(static glob => !glob.StartsWith(":!", StringComparison.Ordinal)));
        request.ExcludedGlobs.Add(globs.Where(static glob => glob.StartsWith(":!", StringComparison.Ordinal)).Select(static glob => glob[2..]));
        Assert.Equal(await GrepAsync(["-n", "-F", "-e", "foo", "main", "--", .. globs]), (await repository.SearchAsync(request)).Lines);
    }

    [Theory]
    [InlineData("src/deep")]
    [InlineData("test[1]")]
    [InlineData("/src/")]
    public async Task Path_IsAFolder(string path)
    {
        var request = Request("foo", "-F");
        request.Path = path;
        var git = await GrepAsync(["-n", "-F", "-e", "foo", "main", "--", $":(literal){path.Trim('/')}"]);
        Assert.NotEmpty(git);
        Assert.Equal(git, (await repository.SearchAsync(request)).Lines);
    }

    [Fact]
    public async Task Path_IsAFile_AlsoOneInOddBytes()
    {
        var request = Request("foo", "-F");
        request.RawPath = Google.Protobuf.ByteString.CopyFrom([.. "odd/caf"u8, 0xe9, .. ".txt"u8]);
        var file = Assert.Single((await repository.SearchAsync(request)).Files);
        Assert.Equal(request.RawPath, file.RawPath);
        Assert.Equal("foo in an odd place", Assert.Single(file.Lines).Text);
    }

    [Fact]
    public async Task File_HasItsIdAndMode_AndTheSummaryCounts()
    {
        var answer = await repository.SearchAsync(Request("foo", "-F"));
        var listed = (await repository.Git.RunAsync("ls-tree", "-r", "main")).Split('\n').Select(static line => line.Split(' ', '\t'))
            .ToDictionary(static fields => fields[3], static fields => (fields[0], fields[2]));
        foreach (var file in answer.Files.Where(static file => file.RawPath.IsEmpty)) Assert.Equal((file.Mode, file.BlobId), listed[file.Path]);
        Assert.Equal(1, answer.Summary.BinaryFileCount);
        Assert.Equal(SearchSample.Files + 2, answer.Summary.FileCount);
        Assert.Equal(answer.Files.Count, answer.Summary.MatchingFileCount);
        Assert.Equal(answer.Lines.Count(), answer.Summary.MatchingLineCount);
        Assert.True(answer.Summary.ByteCount > 10_000);
        Assert.Equal(await repository.Git.RunAsync("rev-parse", "main"), answer.Place.CommitId);
    }

    [Fact]
    public async Task Revision_MayBeATree()
    {
        var request = Request("foo", "-F");
        request.Revision = await repository.Git.RunAsync("rev-parse", "main:src");
        var answer = await repository.SearchAsync(request);
        Assert.Equal("", answer.Place.CommitId);
        Assert.Equal(await GrepAsync(["-n", "-F", "-e", "foo", "main:src"], "main:src:"), answer.Lines);
    }

    [Fact]
    public async Task Json_HasTheSameMessages_OneALine()
    {
        var path = $"api/v1/projects/READ/repositories/{SearchRepository.Name}/search?pattern=foo&syntax=FIXED&globs=*.cs&globs=docs&wholeWords=true";
        var lines = (await repository.Server.Server.Admin.Client.GetStringAsync(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var request = Request("foo", "-F -w");
        request.Globs.Add(["*.cs", "docs"]);
        var answer = await repository.SearchAsync(request);
        Assert.Equal(answer.Files.Count + 2, lines.Length);
        Assert.Contains($"\"commitId\":\"{answer.Place.CommitId}\"", lines[0].Replace(" ", ""), StringComparison.Ordinal);
        Assert.Contains($"\"matchingLineCount\":{answer.Summary.MatchingLineCount}", lines[^1].Replace(" ", ""), StringComparison.Ordinal);
    }

    private static SearchFilesRequest Request(string pattern, string options)
    {
        var request = SearchRepository.For(pattern);
        request.Syntax = options.Contains("-E", StringComparison.Ordinal) ? SearchFilesRequest.Types.Syntax.RegularExpression : SearchFilesRequest.Types.Syntax.Fixed;
        request.IgnoreCase = options.Contains("-i", StringComparison.Ordinal);
        request.WholeWords = options.Contains("-w", StringComparison.Ordinal);
        request.MaxLinesPerFile = 500;
        return request;
    }

    /// <summary>What git finds, without the revision before each line; in a locale that knows more letters than those of ASCII.</summary>
    private async Task<IEnumerable<string>> GrepAsync(string[] arguments, string revision = "main:")
    {
        var found = await repository.Git.With("LC_ALL", "C.UTF-8").TryAsync(["-c", "core.quotePath=false", "grep", "-I", .. arguments]);
        Assert.True(found.ExitCode is 0 or 1, found.Error);
        return [.. Encoding.UTF8.GetString(found.OutputBytes).Split('\n').SkipLast(1).Select(line => line.StartsWith(revision, StringComparison.Ordinal) ? line[revision.Length..] : line)];
    }
}
