using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.Grains.Hooks.Webhooks.Storage;

/// <summary>A connection to the webhook file.</summary>
internal sealed class WebhookSession : SqliteSession
{
    public WebhookSession(SqliteConnection connection)
        : base(connection)
    {
        Hooks = new HookTable(this);
        Deliveries = new DeliveryTable(this);
        Attempts = new AttemptTable(this);
        Cursors = new CursorTable(this);
        Lanes = new LaneTable(this);
        Removals = new RemovalTable(this);
    }

    public HookTable Hooks { get; }

    public DeliveryTable Deliveries { get; }

    public AttemptTable Attempts { get; }

    public CursorTable Cursors { get; }

    public LaneTable Lanes { get; }

    public RemovalTable Removals { get; }
}
