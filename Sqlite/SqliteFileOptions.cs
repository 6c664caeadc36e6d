namespace Granary.Sqlite;

/// <summary>One database file and how it is used.</summary>
public sealed record SqliteFileOptions
{
    /// <summary>The database file; its folder must exist.</summary>
    public required string Path { get; init; }

    /// <summary>Threads that read, each with a connection of its own. Default 2.</summary>
    public int Readers { get; init; } = 2;

    /// <summary>The most writes that share one transaction and its one fsync. Default 256.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>How long to wait for another process that holds the write lock of the file. Default 30 seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What callers are given for a fault: they may know nothing of SQLite. Default: the fault itself.</summary>
    public Func<Exception, Exception> Translate { get; init; } = static fault => fault;
}
