using Granary.Reading.Tests.Sample;
using Granary.V1;

namespace Granary.Reading.Tests.Search;

/// <summary>The sample on the server, as <c>READ/search</c>, and in a repository beside it.</summary>
public sealed class SearchRepository(ReadingServer server) : IAsyncLifetime
{
    public const string Name = "search";
    public const string Users = "users of the search sample";

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

[CollectionDefinition(SearchRepository.Users)]
public sealed class SearchRepositoryUsers : ICollectionFixture<SearchRepository>;

internal sealed record SearchAnswer(SearchPlace Place, IReadOnlyList<FileMatches> Files, SearchSummary Summary)
{
    /// <summary>As <c>git grep -n</c> writes them, those of the context with hyphens.</summary>
    public IEnumerable<string> Lines => Files.SelectMany(static file => file.Lines.Select(line =>
        line.Context ? $"{file.Path}-{line.Number}-{line.Text}" : $"{file.Path}:{line.Number}:{line.Text}"));

    public IEnumerable<string> Paths => Files.Select(static file => file.Path);
}
