using System.Text;
using Granary.Reading.Tests.Sample;
using Granary.Reading.Tests.Search;
using Granary.V1;

[assembly: AssemblyFixture(typeof(SearchRepository))]

namespace Granary.Reading.Tests.Search;

/// <summary>The sample on the server, as <c>READ/search</c>, and in a repository beside it.</summary>
public sealed class SearchRepository(ReadingServer server) : IAsyncLifetime
{
    public const string Name = "search";

    internal RealGit Git { get; private set; } = null!;

    internal ReadingServer Server => server;

    internal SearchService.SearchServiceClient Client => new(server.Channel);

    public async ValueTask InitializeAsync() => Git = await server.ImportAsync(Name, SearchSample.History());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static SearchFilesRequest For(string pattern, string revision = "main") =>
        new() { Project = ReadingServer.Project, Repository = Name, Revision = revision, Pattern = pattern };

    internal async Task<SearchAnswer> SearchAsync(SearchFilesRequest request)
    {
        var messages = await ReadingServer.AllAsync(Client.SearchFiles(request, server.Login));
        Assert.Equal(SearchFilesResponse.PartOneofCase.Place, messages[0].PartCase);
        Assert.Equal(SearchFilesResponse.PartOneofCase.Summary, messages[^1].PartCase);
        return new SearchAnswer(messages[0].Place, [.. messages[1..^1].Select(static message => message.File)], messages[^1].Summary);
    }
}

internal sealed record SearchAnswer(SearchPlace Place, IReadOnlyList<FileMatches> Files, SearchSummary Summary)
{
    /// <summary>As <c>git grep -n</c> writes them, those of the context with hyphens.</summary>
    public IEnumerable<string> Lines => Files.SelectMany(static file => file.Lines.Select(line =>
        line.Context ? $"{file.Path}-{line.Number}-{line.Text}" : $"{file.Path}:{line.Number}:{line.Text}"));

    /// <summary>As <c>git grep -n -o --column</c> writes them, whose columns are bytes of UTF-8.</summary>
    public IEnumerable<string> Matches => Files.SelectMany(static file => file.Lines.SelectMany(line => line.Matches.Select(range =>
        $"{file.Path}:{line.Number}:{Encoding.UTF8.GetByteCount(line.Text[..(range.Column - 1)]) + 1}:{line.Text.Substring(range.Column - 1, range.Length)}")));

    public IEnumerable<string> Paths => Files.Select(static file => file.Path);
}
