using Granary.V1;

namespace Granary.Silo.Cli.Imports;

/// <summary>What is imported.</summary>
internal interface IImportSource
{
    /// <summary>Adds to the first request what the server must know.</summary>
    /// <exception cref="CommandRefusedException">It cannot be imported.</exception>
    Task DescribeAsync(ImportRepositoryRequest request, CancellationToken cancellationToken);

    /// <summary>Sends the bundle; null when there is none to send.</summary>
    /// <exception cref="CommandRefusedException">It cannot be read: the import must not be completed.</exception>
    Task? SendAsync(IChunkSink sink, CancellationToken cancellationToken);
}

/// <summary>Takes the bundle, part by part.</summary>
internal interface IChunkSink
{
    Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Copies a stream to its end, and gives signs of life while nothing comes.</summary>
    Task SendAllAsync(Stream stream, CancellationToken cancellationToken);
}

/// <summary>The server clones by itself.</summary>
internal sealed class UrlSource(string url, string? user, string? password) : IImportSource
{
    public Task DescribeAsync(ImportRepositoryRequest request, CancellationToken cancellationToken)
    {
        (request.Url, request.SourceUser, request.SourcePassword) = (url, user ?? "", password ?? "");
        return Task.CompletedTask;
    }

    public Task? SendAsync(IChunkSink sink, CancellationToken cancellationToken) => null;
}
