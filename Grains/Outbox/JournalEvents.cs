using Granary.Grains.Git.Journal;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

internal static class JournalEvents
{
    /// <summary>The event that a committed record is.</summary>
    public static async Task<PushEvent> ToEventAsync(RepositoryId id, JournalRecord record, ForcedUpdates forced) => new(
        id, record.Sequence, record.PushId ?? Guid.Empty, record.Time ?? DateTimeOffset.UnixEpoch, record.User, record.UserId,
        record.Protocol ?? "", record.PushOptions ?? [],
        await forced.ReadAsync(record.Updates!), record.DeployKey);
}
