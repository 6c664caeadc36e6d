using System.Text;
using Granary.Repositories;

namespace Granary.Grains.Git.Refs;

/// <summary>What must hold of a set of updates against the refs as they are: the compare of compare-and-swap, and no name that is also a folder.</summary>
internal static class RefChecks
{
    /// <summary>
    /// One result per update, in order: what was refused already, what stands in the way, or <see cref="RefUpdateStatus.Ok"/>.
    /// </summary>
    public static RefUpdateResult[] Check(RefSnapshot refs, IReadOnlyList<RefUpdate> updates, RefUpdateResult?[] refused)
    {
        var results = new RefUpdateResult[updates.Count];
        var repeated = updates.CountBy(static u => u.Name).Where(static n => n.Value > 1).Select(static n => n.Key).ToHashSet();
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = refused[i] ?? (repeated.Contains(updates[i].Name)
                ? new RefUpdateResult(updates[i].Name, RefUpdateStatus.RejectedOtherReason, "the ref is named twice in one push")
                : Compare(refs, updates[i]));
        }

        var names = new NameConflicts(refs);
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Status == RefUpdateStatus.Ok && updates[i].IsDelete) names.Delete(updates[i]);
        }

        // A folder's name sorts before those in it, so that a ref refused here does not stand in the way of others.
        var creations = Enumerable.Range(0, results.Length).Where(i => results[i].Status == RefUpdateStatus.Ok && updates[i].IsCreate)
            .OrderBy(i => updates[i].Name.Value, StringComparer.Ordinal);
        foreach (var i in creations)
        {
            if (names.TryCreate(updates[i].Name.Value) is not { } other) continue;
            var message = $"'{other}' exists; a ref cannot be beside and below another";
            results[i] = new RefUpdateResult(updates[i].Name, RefUpdateStatus.RejectedOtherReason, message);
        }

        return results;
    }

    private static RefUpdateResult Compare(RefSnapshot refs, RefUpdate update)
    {
        var exists = refs.TryFind(update.Name.Value, out var current);
        if (update.IsDelete && update.Old.IsZero && !exists)
            return new RefUpdateResult(update.Name, RefUpdateStatus.RejectedOtherReason, "there is no such ref to delete");
        if (exists ? current == update.Old : update.Old.IsZero) return new RefUpdateResult(update.Name, RefUpdateStatus.Ok);
        const string Moved = "the ref has moved since you fetched; fetch first and try again";
        return new RefUpdateResult(update.Name, RefUpdateStatus.LockFailure, Moved);
    }

    /// <summary>A ref whose name is a folder of another's: git forbids the pair, on any volume.</summary>
    private sealed class NameConflicts(RefSnapshot refs)
    {
        private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);
        private readonly HashSet<string> _created = new(StringComparer.Ordinal);
        private readonly Dictionary<string, bool> _isRef = new(StringComparer.Ordinal);

        public void Delete(RefUpdate update) => _deleted.Add(update.Name.Value);

        /// <summary>Creates a ref, or returns the one that stands in the way.</summary>
        public string? TryCreate(string name)
        {
            var other = Find(name);
            if (other is null) _created.Add(name);
            return other;
        }

        private string? Find(string name)
        {
            for (var slash = name.IndexOf('/', "refs/".Length); slash >= 0; slash = name.IndexOf('/', slash + 1))
            {
                var parent = name[..slash];
                if (!_isRef.TryGetValue(parent, out var isRef)) _isRef[parent] = isRef = IsRef(parent);
                if (isRef) return parent;
            }

            var folder = Encoding.UTF8.GetBytes(name + "/");
            for (var i = refs.LowerBound(folder); i < refs.Count && refs[i].Name.StartsWith(folder); i++)
            {
                var child = Encoding.UTF8.GetString(refs[i].Name);
                if (!_deleted.Contains(child)) return child;
            }

            return null;
        }

        private bool IsRef(string name) => _created.Contains(name) || (!_deleted.Contains(name) && refs.TryFind(name, out _));
    }
}
