using Granary.Sqlite;

namespace Granary.Grains.Storage;

/// <summary>The embedded grain storage: one SQLite file.</summary>
public sealed class SqliteStorageOptions
{
    public const string FileName = "granary.db";

    /// <summary>The database file; its folder must exist. No default: the host puts it into <c>Granary:DataPath</c>.</summary>
    public string Path { get; set; } = "";

    /// <summary>Threads that read, each with a connection of its own. Default 2.</summary>
    public int Readers { get; set; } = 2;

    /// <summary>The most writes that share one transaction and its one fsync. Default 256.</summary>
    public int MaxBatch { get; set; } = 256;

    /// <summary>How long to wait for another process that holds the write lock of the file. Default 30 seconds.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal SqliteFileOptions ToFile() => new()
    {
        Path = Path,
        Readers = Readers,
        MaxBatch = MaxBatch,
        BusyTimeout = BusyTimeout,
        Translate = fault => SqliteFaults.Translate(fault, Path),
    };
}
