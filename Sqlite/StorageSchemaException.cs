namespace Granary.Sqlite;

/// <summary>The database was written by a newer program than this one.</summary>
public sealed class StorageSchemaException(string path, long found, long known)
    : Exception($"The database '{path}' has schema version {found}, but this program knows versions up to {known}. "
        + "It was written by a newer version of Granary: start that version, or restore a backup made before the upgrade.")
{
    public string Path { get; } = path;

    public long FoundVersion { get; } = found;

    public long KnownVersion { get; } = known;
}
