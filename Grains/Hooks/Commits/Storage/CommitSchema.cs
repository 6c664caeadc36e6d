namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>Version N of the schema is the first N migrations.</summary>
internal static class CommitSchema
{
    /// <summary>
    /// <c>registration</c> is the due table: a row a repository, kept when there is nothing to do. <c>wanted</c> has what pushes moved and
    /// is not walked yet, <c>tip</c> where each ref was when it was: what is reachable from there is registered.
    /// </summary>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE registration (
            repository BLOB PRIMARY KEY NOT NULL,
            next_at INTEGER,
            leased_until INTEGER NOT NULL DEFAULT 0,
            lease BLOB,
            failures INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX registration_due ON registration (next_at) WHERE next_at IS NOT NULL;
        CREATE TABLE wanted (
            repository BLOB NOT NULL,
            sequence INTEGER NOT NULL,
            ref TEXT NOT NULL,
            id BLOB,
            PRIMARY KEY (repository, sequence, ref)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE tip (
            repository BLOB NOT NULL,
            ref TEXT NOT NULL,
            id BLOB,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (repository, ref)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tip_by_sequence ON tip (repository, sequence);
        CREATE TABLE registered_commit (
            number INTEGER PRIMARY KEY,
            repository BLOB NOT NULL,
            id BLOB NOT NULL,
            committed_at INTEGER NOT NULL,
            committed_offset INTEGER NOT NULL,
            committer_name TEXT NOT NULL,
            committer_mail TEXT NOT NULL,
            authored_at INTEGER NOT NULL,
            authored_offset INTEGER NOT NULL,
            author_name TEXT NOT NULL,
            author_mail TEXT NOT NULL,
            author_name_key TEXT NOT NULL,
            author_mail_key TEXT NOT NULL,
            message TEXT NOT NULL,
            is_cut INTEGER NOT NULL,
            issues TEXT
        ) STRICT;
        CREATE UNIQUE INDEX commit_by_id ON registered_commit (repository, id);
        CREATE INDEX commit_by_time ON registered_commit (repository, committed_at, number);
        CREATE INDEX commit_by_name ON registered_commit (repository, author_name_key, committed_at, number);
        CREATE INDEX commit_by_mail ON registered_commit (repository, author_mail_key, committed_at, number);
        CREATE TABLE issue (
            repository BLOB NOT NULL,
            key TEXT NOT NULL,
            committed_at INTEGER NOT NULL,
            number INTEGER NOT NULL,
            project TEXT NOT NULL,
            PRIMARY KEY (repository, key, committed_at, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX issue_by_project ON issue (project, key, committed_at, number);
        """,
    ];
}
