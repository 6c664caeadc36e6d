using Granary.Grains.Git.Objects;
using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>What the head of a commit object names, by its id.</summary>
internal static class CommitLinks
{
    /// <exception cref="MissingObjectException">There is no such commit.</exception>
    public static ObjectId TreeOf(ObjectSource objects, ObjectId commit) => Read(objects, commit).Tree;

    /// <summary>The parents, in their order.</summary>
    /// <exception cref="MissingObjectException">There is no such commit.</exception>
    public static IReadOnlyList<ObjectId> ParentsOf(ObjectSource objects, ObjectId commit) => Read(objects, commit).Parents;

    private static (ObjectId Tree, IReadOnlyList<ObjectId> Parents) Read(ObjectSource objects, ObjectId commit)
    {
        using var raw = objects.Read(commit);
        return raw.Kind == ObjectKind.Commit ? ObjectLinks.OfCommit(raw.Data) : throw new MissingObjectException(commit);
    }
}
