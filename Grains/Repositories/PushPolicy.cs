using Granary.Repositories;

namespace Granary.Grains.Repositories;

/// <summary>What the repository's settings refuse of a push, decided in the turn.</summary>
internal static class PushPolicy
{
    /// <summary>A refusal per update, null where there is none.</summary>
    public static RefUpdateResult?[] Judge(RepositoryState settings, IReadOnlyList<RefUpdate> updates)
    {
        var reason = settings.DeletedAt is not null ? "the repository was deleted"
            : settings.IsArchived ? "the repository is archived and read-only; ask an administrator of the project to unarchive it"
            : null;
        return [.. updates.Select(u => reason is null ? null : new RefUpdateResult(u.Name, RefUpdateStatus.RejectedOtherReason, reason))];
    }
}
