using Granary.Grains.Posix;
using Granary.Repositories;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Storage;

/// <summary>SQLite's result codes (sqlite.org/rescode.html) that are the volume's fault.</summary>
internal static class SqliteFaults
{
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <summary>What callers of the storage are given: they know nothing of SQLite, on other silos least of all.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="path">The database: where SQLite does not tell why, its folder is asked.</param>
    public static Exception Translate(Exception fault, string path) => fault is not SqliteException sqlite ? fault : sqlite.SqliteErrorCode switch
    {
        Full => new StorageUnavailableException(VolumeFault.Full),
        ReadOnly => new StorageUnavailableException(VolumeFault.ReadOnly),
        InputOutput or CannotOpen => new StorageUnavailableException(
            VolumeProbe.Try(Path.GetDirectoryName(Path.GetFullPath(path))!) ?? VolumeFault.Failing),
        _ => fault,
    };
}
