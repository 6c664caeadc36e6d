namespace Granary.Grains.Activity;

/// <summary>Version N of the schema is the first N migrations.</summary>
internal static class ActivitySchema
{
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE push (
            repository BLOB NOT NULL,
            sequence INTEGER NOT NULL,
            push_id BLOB NOT NULL,
            time INTEGER NOT NULL,
            offset_minutes INTEGER NOT NULL,
            user TEXT,
            user_id BLOB,
            protocol TEXT NOT NULL,
            options TEXT,
            changes INTEGER NOT NULL,
            PRIMARY KEY (repository, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE change (
            repository BLOB NOT NULL,
            sequence INTEGER NOT NULL,
            position INTEGER NOT NULL,
            ref TEXT NOT NULL,
            old TEXT NOT NULL,
            new TEXT NOT NULL,
            PRIMARY KEY (repository, sequence, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX change_by_ref ON change (repository, ref, sequence);
        """,
        """
        ALTER TABLE push ADD COLUMN deploy_key TEXT;
        ALTER TABLE change ADD COLUMN forced INTEGER;
        """,
    ];
}
