using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Commits.Storage;

/// <summary>The statements of the file of commits.</summary>
internal sealed class CommitSession : SqliteSession
{
    public CommitSession(SqliteConnection connection)
        : base(connection)
    {
        Registrations = new RegistrationTable(this);
        Wanted = new WantedTable(this);
        Commits = new CommitTable(this);
        Lists = new CommitLists(this);
    }

    public RegistrationTable Registrations { get; }

    public WantedTable Wanted { get; }

    public CommitTable Commits { get; }

    public CommitLists Lists { get; }
}
