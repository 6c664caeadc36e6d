using System.Text;
using Granary.Git;
using Granary.Grains.Git.Packs;
using Granary.Repositories;

namespace Granary.Grains.Git.Objects;

/// <summary>
/// The look at an ordinary push without a git process: types and peeled ids of its tips, whether all they reach is there, and
/// the sizes of what came.
/// </summary>
internal static class PushInspection
{
    private const long MaxUnpacked = 16L << 20;

    private const int MaxUpdates = 100;
    private const int MaxTagDepth = 5;

    /// <summary>Returns null when git has to be asked: the push is large or unusual, or something about it may have to be refused.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="quarantine">The push's object directory; null when it brought nothing.</param>
    /// <param name="refs">The refs before.</param>
    /// <param name="updates">What the push asks for.</param>
    /// <param name="maxObjects">More than these are worth a git process, which unpacks faster; 0: anything is.</param>
    /// <param name="contents">Learns the size of everything that came; null when nobody asks.</param>
    public static IReadOnlyList<InspectedUpdate>? Inspect(
        RepositoryPaths paths, string? quarantine, RefSnapshot refs, IReadOnlyList<RefUpdate> updates, int maxObjects,
        PackContents? contents)
    {
        if (maxObjects == 0 || refs.HashFormat != HashFormat.Sha1 || updates.Count > MaxUpdates || IsPartial(paths)) return null;
        try
        {
            using var objects = new PushedObjects(paths.Objects, quarantine, new ReadBudget(MaxUnpacked));
            if (objects.BroughtCount > maxObjects) return null;
            var walk = new PushWalk(objects, refs, Known(refs, updates));
            var commits = new List<ObjectId>(updates.Count);
            var inspected = new List<InspectedUpdate>(updates.Count);
            foreach (var update in updates)
            {
                if (update.IsDelete)
                {
                    inspected.Add(new InspectedUpdate(update, null));
                    continue;
                }

                if (Peel(objects, walk, update.New) is not { } commit || (update.Name.IsBranch && commit != update.New)) return null;
                commits.Add(commit);
                inspected.Add(new InspectedUpdate(commit == update.New ? update : update with { Peeled = commit }, null));
            }

            if (!walk.IsComplete(commits)) return null;
            if (contents is null) return inspected;
            foreach (var (id, _, size) in objects.ReadBroughtKinds()) contents.Add(id, size);
            return inspected;
        }
        catch (Exception fault) when (fault is BeyondBudgetException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // Whatever it is, git will find it again and have words for it.
            return null;
        }
    }

    /// <summary>Histories that end early or lie elsewhere are left to git.</summary>
    private static bool IsPartial(RepositoryPaths paths) =>
        File.Exists(Path.Combine(paths.Root, "shallow")) || File.Exists(Path.Combine(paths.Objects, "info", "alternates"));

    private static IEnumerable<ObjectId> Known(RefSnapshot refs, IReadOnlyList<RefUpdate> updates)
    {
        if (refs.TryResolveHead(out var head)) yield return head;
        foreach (var update in updates)
        {
            if (refs.TryFind(Encoding.UTF8.GetBytes(update.Name.Value), out var entry) && ObjectId.TryParse(entry.Hex, out var old)) yield return old;
        }
    }

    /// <summary>The commit that a commit or a tag object names in the end; null when it is neither, or not there.</summary>
    private static ObjectId? Peel(PushedObjects objects, PushWalk walk, ObjectId id)
    {
        ObjectType? expected = null;
        for (var depth = 0; depth <= MaxTagDepth; depth++)
        {
            if ((objects.ReadBrought(id) ?? (walk.IsKnown(id) ? objects.Read(id) : null)) is not { } found) return null;
            if (expected is not null && found.Type != expected) return null;
            if (found.Type == ObjectType.Commit) return id;
            if (found.Type != ObjectType.Tag) return null;
            (id, expected) = ObjectLinks.OfTag(found.Content.Span);
        }

        return null;
    }
}
