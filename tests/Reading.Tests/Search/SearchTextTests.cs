using Granary.V1;

namespace Granary.Reading.Tests.Search;

/// <summary>What git does not do: text is found and shown in whatever encoding a file is.</summary>
[Collection(SearchRepository.Users)]
public sealed class SearchTextTests(SearchRepository repository)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Japanese_IsFoundInEachEncoding(bool isExpression)
    {
        var answer = await SearchAsync(SearchSample.Japanese, isExpression);
        Assert.Equal(
            [("euc.txt", "euc-jp"), ("mark.txt", "utf-8"), ("sjis.txt", "shift_jis"), ("utf16be.txt", "utf-16be"), ("utf16le.txt", "utf-16le"), ("utf8.txt", "utf-8")],
            answer.Files.Select(static file => (file.Path, file.Encoding)));
        foreach (var file in answer.Files.Where(static file => file.Path != "mark.txt"))
        {
            var line = Assert.Single(file.Lines);
            Assert.Equal((2, $"ここで{SearchSample.Japanese}。ここに ABC がある。"), (line.Number, line.Text));
            Assert.Equal(new MatchRange { Column = 4, Length = 7 }, Assert.Single(line.Matches));
        }

        Assert.Equal(1, Assert.Single(answer.Files[1].Lines).Matches[0].Column);
    }

    [Theory]
    [InlineData("ABC", false)]
    [InlineData("abc", true)]
    public async Task Ascii_IsFoundInEachEncoding(string pattern, bool ignoreCase)
    {
        var request = SearchRepository.For(pattern, "encodings");
        request.IgnoreCase = ignoreCase;
        Assert.Equal(
            ["euc.txt", "latin1.txt", "sjis.txt", "utf16be.txt", "utf16le.txt", "utf8.txt"], (await repository.SearchAsync(request)).Paths);
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("|")]
    public async Task SecondBytesOfShiftJis_AreNoCharacters(string pattern) => Assert.Empty((await SearchAsync(pattern)).Files);

    [Fact]
    public async Task Latin1_IsShownAsSuch()
    {
        var file = Assert.Single((await SearchAsync("café")).Files);
        Assert.Equal(("latin1.txt", "", "café ABC"), (file.Path, file.Encoding, Assert.Single(file.Lines).Text));
    }

    [Fact]
    public async Task CapitalLetters_BeyondAscii_AreTheSameWhenCaseIsIgnored()
    {
        var request = SearchRepository.For("CAFÉ", "encodings");
        request.IgnoreCase = true;
        Assert.Equal(["latin1.txt"], (await repository.SearchAsync(request)).Paths);
    }

    [Fact]
    public async Task ReturnsBeforeLineFeeds_AreNoPartOfTheLines()
    {
        var answer = await SearchAsync(";$|^$|here", isExpression: true);
        var file = answer.Files.Single(static file => file.Path == "crlf.txt");
        Assert.Equal([(1, "first;"), (2, "second;"), (3, ""), (4, "last\r here;")], file.Lines.Select(static line => (line.Number, line.Text)));
    }

    [Fact]
    public async Task Columns_AreInCharacters()
    {
        var line = Assert.Single((await SearchAsync("hit")).Files.Single(static file => file.Path == "emoji.txt").Lines);
        Assert.Equal([(7, 3), (13, 3)], line.Matches.Select(static range => (range.Column, range.Length)));
    }

    [Fact]
    public async Task LongLines_AreCutAroundTheirFirstMatch()
    {
        var request = SearchRepository.For("needle", "lines");
        request.Path = "long.txt";
        var lines = Assert.Single((await repository.SearchAsync(request)).Files).Lines;
        Assert.Equal(2, lines.Count);
        Assert.All(lines, static line => Assert.True(line.Cut));
        Assert.All(lines, static line => Assert.Equal(1000, line.Text.Length));
        Assert.Equal((4001, 6), (lines[0].Matches[0].Column, lines[0].Matches[0].Length));
        Assert.Equal("needle", lines[0].Text.Substring(4001 - 1 - lines[0].Skipped, 6));
        Assert.Equal((0, 1), (lines[1].Skipped, lines[1].Matches[0].Column));
    }

    private Task<SearchAnswer> SearchAsync(string pattern, bool isExpression = false)
    {
        var request = SearchRepository.For(pattern, "encodings");
        if (isExpression) request.Syntax = SearchFilesRequest.Types.Syntax.RegularExpression;
        return repository.SearchAsync(request);
    }
}
