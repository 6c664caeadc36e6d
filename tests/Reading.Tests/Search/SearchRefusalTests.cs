using Google.Rpc;
using Granary.Reading.Tests.Sample;
using Granary.V1;
using Grpc.Core;

namespace Granary.Reading.Tests.Search;

/// <summary>What cannot be searched for, and where; and how many lines are shown.</summary>
[Collection(SearchRepository.Users)]
public sealed class SearchRefusalTests(SearchRepository repository)
{
    private const SearchFilesRequest.Types.Syntax Expression = SearchFilesRequest.Types.Syntax.RegularExpression;

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("(", true)]
    [InlineData("a)|(b", true)]
    [InlineData("(?<=a)b", true)]
    [InlineData("(a)\\1", true)]
    [InlineData("((a{1000}){1000}){1000}", true)]
    public Task Pattern_ThatCannotBeRead_IsRefused(string pattern, bool isExpression = false) =>
        RefusedAsync(StatusCode.InvalidArgument, "pattern", request => (request.Pattern, request.Syntax) = (pattern, isExpression ? Expression : default));

    [Fact]
    public async Task Arguments_BeyondTheirBounds_AreRefused()
    {
        await RefusedAsync(StatusCode.InvalidArgument, "pattern", static request => request.Pattern = new string('a', 1001));
        await RefusedAsync(StatusCode.InvalidArgument, "pattern", static request => request.Pattern = new string('a', 3_000_000));
        await RefusedAsync(StatusCode.InvalidArgument, "syntax", static request => request.Syntax = (SearchFilesRequest.Types.Syntax)7);
        await RefusedAsync(StatusCode.InvalidArgument, "context_lines", static request => request.ContextLines = 11);
        await RefusedAsync(StatusCode.InvalidArgument, "context_lines", static request => request.ContextLines = -1);
        await RefusedAsync(StatusCode.InvalidArgument, "max_lines", static request => request.MaxLines = -1);
        await RefusedAsync(StatusCode.InvalidArgument, "max_lines_per_file", static request => request.MaxLinesPerFile = -1);
        await RefusedAsync(StatusCode.InvalidArgument, "globs", static request => request.Globs.Add(""));
        await RefusedAsync(StatusCode.InvalidArgument, "globs", static request => request.Globs.Add(Enumerable.Repeat("*", 101)));
        await RefusedAsync(StatusCode.InvalidArgument, "excluded_globs", static request => request.ExcludedGlobs.Add(new string('*', 16_385)));
    }

    [Fact]
    public async Task Place_ThatIsNotThere_IsNotFound()
    {
        await RefusedAsync(StatusCode.NotFound, null, static request => request.Revision = "no-such-branch");
        await RefusedAsync(StatusCode.NotFound, null, static request => request.Path = "no/such/folder");
        await RefusedAsync(StatusCode.NotFound, null, static request => request.Repository = "no-such-repository");
        await RefusedAsync(StatusCode.NotFound, null, static request => request.Revision = SampleRepository.MissingSubmodule);
        await RefusedAsync(StatusCode.InvalidArgument, null, static request => request.Path = "../main");
    }

    [Fact]
    public async Task LinksAndSubmodules_AreNotSearched()
    {
        foreach (var path in (string[])["link", "module"])
        {
            var request = SearchRepository.For("foo");
            request.Path = path;
            var answer = await repository.SearchAsync(request);
            Assert.Empty(answer.Files);
            Assert.Equal(0, answer.Summary.FileCount);
        }
    }

    [Fact]
    public async Task MaxLinesPerFile_TruncatesTheFile()
    {
        var request = SearchRepository.For("line", "lines");
        (request.Path, request.MaxLinesPerFile, request.ContextLines) = ("many.txt", 3, 2);
        var answer = await repository.SearchAsync(request);
        var file = Assert.Single(answer.Files);
        Assert.True(file.Truncated);
        Assert.Equal([1, 2, 3], file.Lines.Select(static line => line.Number));
        Assert.False(answer.Summary.Truncated);
        request.MaxLinesPerFile = 2000;
        Assert.Equal(500, Assert.Single((await repository.SearchAsync(request)).Files).Lines.Count);
    }

    [Fact]
    public async Task MaxLines_EndsTheSearch()
    {
        var request = SearchRepository.For("foo");
        request.MaxLines = 25;
        var answer = await repository.SearchAsync(request);
        Assert.Equal(25, answer.Lines.Count());
        Assert.Equal((true, SearchSummary.Types.Limit.Lines, 25), (answer.Summary.Truncated, answer.Summary.Limit, answer.Summary.MatchingLineCount));
        request.MaxLines = 0;
        Assert.Equal((await repository.SearchAsync(request)).Lines.Take(25), answer.Lines);
    }

    private async Task RefusedAsync(StatusCode code, string? field, Action<SearchFilesRequest> change)
    {
        var request = SearchRepository.For("foo");
        change(request);
        var fault = await Assert.ThrowsAsync<RpcException>(() => repository.SearchAsync(request));
        Assert.Equal(code, fault.StatusCode);
        if (code == StatusCode.InvalidArgument) Assert.Equal(field ?? "", fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Single().Field);
    }
}
