using Granary.Grains.Git.Journal;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

internal static class JournalEvents
{
    /// <summary>The event that a committed record is.</summary>
    public static async Task<PushEvent> ToEventAsync(RepositoryId id, JournalRecord record, ForcedUpdates forced) =>
        ToEvent(id, record, await forced.ReadAsync(record.Updates!));

    /// <summary>The same, of changes of which no more is known than the record says.</summary>
    public static PushEvent ToEvent(RepositoryId id, JournalRecord record) =>
        ToEvent(id, record, [.. record.Updates!.Select(static u => new RefChange(u.Ref, ObjectId.Parse(u.Old), ObjectId.Parse(u.New)))]);

    private static PushEvent ToEvent(RepositoryId id, JournalRecord record, IReadOnlyList<RefChange> changes) => new(
        id, record.Sequence, record.PushId ?? Guid.Empty, record.Time ?? DateTimeOffset.UnixEpoch, record.User, record.UserId,
        record.Protocol ?? "", record.PushOptions ?? [], changes, record.DeployKey);
}
