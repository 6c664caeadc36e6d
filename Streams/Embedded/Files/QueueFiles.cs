using System.Collections.Concurrent;
using Granary.Sqlite;
using Microsoft.Extensions.Logging;

namespace Granary.Streams.Embedded.Files;

/// <summary>The silo's open queue files: providers with one path share one file and its threads.</summary>
internal sealed class QueueFiles(ILogger<QueueFile> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, QueueFile> _files = new(StringComparer.Ordinal);

    public QueueFile Of(EmbeddedStreamsOptions options) => _files.GetOrAdd(
        Path.GetFullPath(options.Path),
        path => new QueueFile(new SqliteFileOptions { Path = path, BusyTimeout = options.BusyTimeout }, logger));

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values) await file.DisposeAsync();
    }
}
