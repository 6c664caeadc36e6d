namespace Granary.Grains.Storage;

/// <summary>The versioned schema of the grain storage.</summary>
internal static class GrainStateSchema
{
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE grain_state (
            grain_type TEXT NOT NULL,
            grain_key TEXT NOT NULL,
            name TEXT NOT NULL,
            etag INTEGER NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (grain_type, grain_key, name)
        ) STRICT;
        """,
        """
        CREATE TABLE health (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL) STRICT;
        INSERT INTO health (id, beats) VALUES (1, 0);
        """,
    ];
}
