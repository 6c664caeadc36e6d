using Granary.Frontends.Rpc.Errors;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Files;

/// <summary>Where a commit goes.</summary>
/// <param name="Old">What the branch is at; zero: it is new.</param>
/// <param name="Parent">What the commit is made on; null: it is the first.</param>
internal sealed record BranchPlace(ObjectId Old, ObjectId? Parent)
{
    /// <param name="refs">Those that the caller may see.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="commitOf">The commit that a revision names.</param>
    /// <exception cref="RefusedException">The branch is not as the wish has it.</exception>
    public static async Task<BranchPlace> FindAsync(RefSnapshot refs, CommitWish wish, Func<string, Task<ObjectId>> commitOf)
    {
        var name = wish.Branch.ShortName;
        if (refs.TryFind(wish.Branch.Value, out var head))
        {
            if (wish.Start is not null) throw Refuse(RefusalKind.AlreadyExists, $"There is a branch '{name}' already; without a start the commit is made on it.");
            if (wish.ExpectedHead is { } expected && expected != head)
            {
                throw new RefusedException(new Refusal(
                    RefusalKind.FailedPrecondition, $"The branch '{name}' is at {head}, not at {expected}: somebody pushed to it.", wish.Branch.Value, head.ToString()));
            }

            return new BranchPlace(head, head);
        }

        var none = ObjectId.Zero(refs.HashFormat);
        if (wish.ExpectedHead is { IsZero: false }) throw Refuse(RefusalKind.NotFound, $"There is no branch '{name}'.");
        if (wish.Start is { } start) return new BranchPlace(none, await commitOf(start));
        return refs.Count == 0 ? new BranchPlace(none, null) : throw Refuse(RefusalKind.NotFound, $"There is no branch '{name}'; say where a new one starts.");
    }

    private static RefusedException Refuse(RefusalKind kind, string message) => new(new Refusal(kind, message));
}
