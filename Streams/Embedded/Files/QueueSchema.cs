namespace Granary.Streams.Embedded.Files;

/// <summary>Version N of the schema is the first N migrations.</summary>
internal static class QueueSchema
{
    /// <remarks>Ids ascend in the order of commits and are never used again: they are the streams' sequence tokens.</remarks>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE queue (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, length INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE message (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            queue TEXT NOT NULL,
            namespace TEXT NOT NULL,
            key TEXT NOT NULL,
            enqueued_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX message_by_queue ON message (queue, id);
        CREATE INDEX message_by_stream ON message (queue, namespace, key, id);
        CREATE TABLE dead_letter (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider TEXT NOT NULL,
            queue TEXT NOT NULL,
            namespace TEXT NOT NULL,
            key TEXT NOT NULL,
            enqueued_at INTEGER NOT NULL,
            died_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            reason TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX dead_letter_by_provider ON dead_letter (provider, id);
        """,
    ];
}
