namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>Version N of the schema is the first N migrations. Times are Unix milliseconds, ids the bytes of a GUID.</summary>
internal static class WebhookSchema
{
    /// <remarks>
    /// The due table is <c>lane</c>: a row says that a webhook has something to do from <c>next_at</c> on, so that the scanner looks
    /// at nothing that is not due. It is derived from the rest, in the same transactions, but for the lease of whoever works on it.
    /// </remarks>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE hook (
            id BLOB PRIMARY KEY,
            project TEXT NOT NULL,
            repository BLOB,
            url TEXT NOT NULL,
            host TEXT NOT NULL,
            secret TEXT NOT NULL,
            events INTEGER NOT NULL,
            patterns TEXT NOT NULL,
            headers TEXT NOT NULL,
            verify_tls INTEGER NOT NULL,
            active INTEGER NOT NULL,
            notice TEXT,
            created_at INTEGER NOT NULL,
            created_by TEXT,
            failures INTEGER NOT NULL,
            failing_since INTEGER,
            probes INTEGER NOT NULL,
            probe_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX hook_by_project ON hook (project, id) WHERE repository IS NULL;
        CREATE INDEX hook_by_repository ON hook (repository, id) WHERE repository IS NOT NULL;
        CREATE TABLE cursor (
            hook BLOB NOT NULL,
            repository BLOB NOT NULL,
            sequence INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            again INTEGER NOT NULL,
            PRIMARY KEY (hook, repository)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX cursor_behind ON cursor (hook) WHERE seen > sequence;
        CREATE INDEX cursor_by_repository ON cursor (repository);
        CREATE TABLE delivery (
            id BLOB PRIMARY KEY,
            hook BLOB NOT NULL,
            repository BLOB,
            sequence INTEGER,
            event INTEGER NOT NULL,
            body BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            state INTEGER NOT NULL,
            place INTEGER NOT NULL,
            lane INTEGER,
            due_at INTEGER,
            attempts INTEGER NOT NULL,
            tries INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX delivery_by_place ON delivery (hook, place);
        CREATE INDEX delivery_waiting ON delivery (hook, lane, place, due_at) WHERE lane IS NOT NULL;
        CREATE INDEX delivery_ended ON delivery (ended_at) WHERE lane IS NULL;
        CREATE INDEX delivery_by_repository ON delivery (repository) WHERE repository IS NOT NULL;
        CREATE TABLE attempt (
            delivery BLOB NOT NULL,
            number INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            outcome INTEGER NOT NULL,
            status INTEGER,
            error TEXT,
            url TEXT NOT NULL,
            request_headers TEXT NOT NULL,
            response_headers TEXT NOT NULL,
            response_body BLOB NOT NULL,
            cut INTEGER NOT NULL,
            PRIMARY KEY (delivery, number)
        ) STRICT;
        CREATE TABLE lane (
            hook BLOB NOT NULL,
            lane INTEGER NOT NULL,
            host TEXT NOT NULL,
            next_at INTEGER NOT NULL,
            leased_until INTEGER NOT NULL,
            PRIMARY KEY (hook, lane)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX lane_due ON lane (next_at);
        """,
    ];
}
