using Granary.Repositories;

namespace Granary.Grains.Git.Reading.Native;

/// <summary>How two commits are related, by libgit2, which reads the commit graph's file where there is one.</summary>
internal static unsafe class CommitRelations
{
    /// <summary>A best common ancestor; null: there is none.</summary>
    public static ObjectId? MergeBaseOf(ObjectSource objects, ObjectId one, ObjectId other)
    {
        var found = new byte[32];
        var code = Call(objects, one, other, (repository, first, second) =>
        {
            fixed (byte* target = found) return LibGit2.MergeBase(target, repository, first, second);
        });
        return code == LibGit2.NotFound ? null : ObjectId.FromBytes(one.Format, found.AsSpan(0, one.Format.HexLength() / 2));
    }

    /// <summary>How many commits only one of them has.</summary>
    public static (int Ahead, int Behind) CountApart(ObjectSource objects, ObjectId one, ObjectId other)
    {
        var (ahead, behind) = ((nuint)0, (nuint)0);
        Call(objects, one, other, (repository, first, second) => LibGit2.GraphAheadBehind(out ahead, out behind, repository, first, second));
        return ((int)ahead, (int)behind);
    }

    private static int Call(ObjectSource objects, ObjectId one, ObjectId other, Comparison comparison)
    {
        var ids = stackalloc byte[64];
        one.CopyTo(new Span<byte>(ids, 32));
        other.CopyTo(new Span<byte>(ids + 32, 32));
        var code = 0;
        foreach (var anew in new[] { false, true })
        {
            // Packs may have been replaced below it: then it fails once.
            using var repository = objects.OpenRepository(anew);
            code = comparison(repository, ids, ids + 32);
            if (code is >= 0 or LibGit2.NotFound) return code;
        }

        LibGit2.Check(code);
        return code;
    }

    private delegate int Comparison(RepositoryHandle repository, byte* one, byte* other);
}
