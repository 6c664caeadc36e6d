using Granary.Grains.Git;
using Granary.Grains.Git.Journal;
using Granary.Grains.Git.Processes;
using Granary.Repositories;

namespace Granary.Grains.Outbox;

/// <summary>
/// Finds out which updates of a push left their old value behind. Nobody waits for it here, while a push would for each of the
/// processes. Where the old value is gone
/// from the store, which an event that waited for hours may find, it is not known any more.
/// </summary>
internal sealed class ForcedUpdates(GitCommand git, RepositoryPaths paths, TimeSpan patience, TimeProvider time)
{
    /// <summary>Updates of one push that are looked at, each by a process; of others it is not known.</summary>
    public const int MaxLookedAt = 100;

    public async Task<IReadOnlyList<RefChange>> ReadAsync(IReadOnlyList<JournalUpdate> updates)
    {
        var changes = new List<RefChange>(updates.Count);
        var lookedAt = 0;
        foreach (var update in updates)
        {
            var change = new RefChange(update.Ref, ObjectId.Parse(update.Old), ObjectId.Parse(update.New));
            if (change.Kind == RefChangeKind.Updated)
            {
                // As in the rules: a tag that is there does not move without force.
                if (update.Ref.StartsWith("refs/tags/", StringComparison.Ordinal)) change = change with { IsForced = true };
                else if (++lookedAt <= MaxLookedAt) change = change with { IsForced = await IsForcedAsync(change) };
            }

            changes.Add(change);
        }

        return changes;
    }

    /// <summary>Null: git did not say.</summary>
    private async Task<bool?> IsForcedAsync(RefChange change)
    {
        if (!Directory.Exists(paths.Root)) return null;
        try
        {
            var exitCode = await git.RunLinesAsync(
                paths, ["merge-base", "--is-ancestor", change.Old.ToString(), change.New.ToString()], [], [], static _ => true, patience, time,
                CancellationToken.None);
            return exitCode switch { 0 => false, 1 => true, _ => null };
        }
        catch (GitTooSlowException)
        {
            return null;
        }
    }
}
