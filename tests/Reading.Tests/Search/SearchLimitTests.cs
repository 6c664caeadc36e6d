using System.Text.RegularExpressions;
using Granary.Git;
using Granary.Git.Reading;
using Granary.Git.Reading.Search;
using Granary.Grains.Git.Reading;
using Granary.Grains.Git.Reading.Search;
using Granary.Grains.Git.Reading.Search.Patterns;
using Microsoft.Extensions.Options;

namespace Granary.Reading.Tests.Search;

/// <summary>What a search may cost.</summary>
public sealed class SearchLimitTests(LocalSample sample) : IClassFixture<LocalSample>
{
    private static readonly SearchQuery Nowhere = new() { Pattern = "nothing has this" };

    [Fact]
    public async Task MaxFiles_EndsTheSearch()
    {
        var (_, summary) = await sample.SearchAsync("main", Nowhere, new SearchLimits { MaxFiles = 10 });
        Assert.Equal((SearchLimit.Files, 10), (summary.Limit, summary.Files + summary.BinaryFiles));
        (_, summary) = await sample.SearchAsync("main", Nowhere, new SearchLimits { MaxFiles = SearchSample.Files + 3 });
        Assert.Equal((SearchLimit.None, SearchSample.Files + 3), (summary.Limit, summary.Files + summary.BinaryFiles));
    }

    [Fact]
    public async Task MaxTreeEntries_EndsTheSearch()
    {
        var (_, summary) = await sample.SearchAsync("main", Nowhere, new SearchLimits(), maxEntries: 50);
        Assert.Equal(SearchLimit.Files, summary.Limit);
        Assert.InRange(summary.Files, 1, 50);
    }

    [Fact]
    public async Task MaxBytes_EndsTheSearch()
    {
        var (_, summary) = await sample.SearchAsync("main", Nowhere, new SearchLimits { MaxBytes = 5000 });
        Assert.Equal(SearchLimit.Bytes, summary.Limit);
        Assert.InRange(summary.Bytes, 1, 5000);
    }

    [Fact]
    public async Task MaxTime_EndsTheSearch()
    {
        // Each look at the clock is a second.
        var steps = await sample.StepsAsync("main", Nowhere, new SearchLimits { MaxTime = TimeSpan.FromSeconds(100) }, time: new HastyClock());
        var summary = Assert.Single(steps.OfType<SearchSummary>());
        Assert.Equal(SearchLimit.Time, summary.Limit);
        Assert.InRange(summary.Files, 1, 99);
    }

    [Fact]
    public async Task ExpressionThatTakesTooLong_EndsTheSearch()
    {
        var summary = Assert.Single((await sample.StepsAsync("main", Nowhere, new SearchLimits(), pattern: new EndlessPattern())).OfType<SearchSummary>());
        Assert.Equal(SearchLimit.Time, summary.Limit);
    }

    [Fact]
    public async Task MaxFileSize_LeavesLargerFilesOut()
    {
        var query = new SearchQuery { Pattern = "line 1" };
        var (files, summary) = await sample.SearchAsync("lines", query, new SearchLimits { MaxFileSize = 11_000 });
        Assert.Empty(files);
        Assert.Equal((1, SearchLimit.None), (summary.LargeFiles, summary.Limit));
        Assert.Equal("many.txt", Assert.Single((await sample.SearchAsync("lines", query, new SearchLimits())).Files).Path.Text);
    }

    [Fact]
    public async Task MaxBytesPerFile_TruncatesTheFile()
    {
        var (files, _) = await sample.SearchAsync("lines", new SearchQuery { Pattern = "line" }, new SearchLimits { MaxBytesPerFile = 2000 });
        var found = Assert.Single(files).Found;
        Assert.True(found.IsTruncated);
        Assert.InRange(found.Lines.Count, 10, 100);
        Assert.Equal(found.Lines.Count, found.MatchingLines);
    }

    [Fact]
    public async Task MaxLines_IsOfAllFiles_WithTheContextOfTheLast()
    {
        var query = new SearchQuery { Pattern = "line", ContextLines = 1, MaxLinesPerFile = 1000 };
        var (files, summary) = await sample.SearchAsync("lines", query with { Pattern = "line 1.*0$", IsExpression = true, MaxLines = 2 }, new SearchLimits());
        Assert.Equal([9, 10, 11, 99, 100, 101], Assert.Single(files).Found.Lines.Select(static line => line.Number));
        Assert.Equal((SearchLimit.Lines, 2), (summary.Limit, summary.MatchingLines));
    }

    [Fact]
    public async Task EqualBlobs_AreReadOnce()
    {
        var (files, summary) = await sample.SearchAsync("lines", new SearchQuery { Pattern = "same", Path = Folder("same") }, new SearchLimits());
        Assert.Equal(["same/1.txt", "same/2.txt", "same/3.txt"], files.Select(static file => file.Path.Text));
        Assert.Equal((3, "the same needle\n".Length), (summary.Files, (int)summary.Bytes));
    }

    [Fact]
    public async Task LargeFile_IsSearchedInSteps_BetweenWhichOthersHaveTheirTurn()
    {
        var query = new SearchQuery { Pattern = "line [x]", IsExpression = true, Path = Folder("many.txt") };
        var steps = await sample.StepsAsync("lines", query, new SearchLimits());
        Assert.InRange(steps.Count(static step => step is null), 2, 10);
    }

    [Fact]
    public async Task CancelledSearch_Stops()
    {
        using var end = new CancellationTokenSource();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sample.StepsAsync("main", Nowhere, new SearchLimits(), cancellationToken: end.Token));
    }

    [Fact]
    public async Task BlobMemory_HasRoomForEachFile_OrTheServerIsBusy()
    {
        var memory = new BlobMemory(Options.Create(new ReadingOptions { BlobMemory = 30_000 }));
        await Assert.ThrowsAsync<GitBusyException>(() => sample.StepsAsync("lines", Nowhere, new SearchLimits(), memory: memory));

        // All of it is there again.
        memory.Hold(30_000).Dispose();
    }

    [Fact]
    public void Validator_ReportsEveryFault()
    {
        var faults = new SearchLimitsValidator(Options.Create(new ReadingOptions { BlobMemory = 1000 })).Validate(null, new SearchLimits
        {
            MaxPatternLength = 0,
            MaxFiles = 0,
            MaxBytes = 0,
            MaxTime = TimeSpan.Zero,
            MaxFileSize = 0,
            MaxLines = 0,
            MaxLinesPerFile = 0,
            MaxBytesPerFile = 1,
            MaxLineLength = 1,
        }).Failures!;
        Assert.Equal(
            ["MaxPatternLength", "MaxFiles", "MaxBytes", "MaxTime", "MaxFileSize", "MaxLines", "MaxLinesPerFile", "MaxBytesPerFile", "MaxLineLength"],
            faults.Select(static fault => fault.Split(':')[3]));
        Assert.False(new SearchLimitsValidator(Options.Create(new ReadingOptions { BlobMemory = 1000 })).Validate(null, new SearchLimits()).Succeeded);
        Assert.True(new SearchLimitsValidator(Options.Create(new ReadingOptions())).Validate(null, new SearchLimits()).Succeeded);
    }

    private static GitPath Folder(string path) => GitPath.Parse(path, default).Value!;

    private sealed class HastyClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Increment(ref _seconds);
    }

    private sealed class EndlessPattern : LinePattern
    {
        public override bool MayMatch(ReadOnlySpan<byte> content) => true;

        public override bool MayMatch(ReadOnlySpan<char> lines) => throw new RegexMatchTimeoutException();

        public override bool Find(ReadOnlySpan<char> line, List<TextRange> ranges, int maxRanges) => throw new RegexMatchTimeoutException();
    }
}
