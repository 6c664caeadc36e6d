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
        for (var i = 0; i < results.Length; i++) results[i] = refused[i] ?? Compare(refs, updates[i]);

        var names = new NameConflicts(refs);
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Status == RefUpdateStatus.Ok) names.Add(updates[i]);
        }

        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Status != RefUpdateStatus.Ok || !updates[i].IsCreate) continue;
            if (names.Find(updates[i].Name.Value) is not { } other) continue;
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

        public void Add(RefUpdate update)
        {
            if (update.IsDelete) _deleted.Add(update.Name.Value);
            else if (update.IsCreate) _created.Add(update.Name.Value);
        }

        public string? Find(string name)
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
