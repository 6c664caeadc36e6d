using Granary.Frontends.Rpc.Errors;
using Granary.Git.Reading;
using Granary.Repositories;

namespace Granary.Frontends.Rpc.Refs;

/// <summary>One ref of a snapshot that a call is about.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">What it points to.</param>
internal sealed record RefLookup(RefName Name, ObjectId Id)
{
    /// <param name="refs">Those that the caller may see.</param>
    /// <param name="folder"><c>refs/heads/</c> or <c>refs/tags/</c>.</param>
    /// <param name="shortName">As typed.</param>
    /// <param name="expected">What it must point to; empty: anything.</param>
    /// <exception cref="RefusedException">It is not there, or points to something else.</exception>
    public static RefLookup Find(RefSnapshot refs, string folder, string shortName, string expected = "")
    {
        var wanted = expected.Length == 0 ? (ObjectId?)null : Arguments.ObjectId(expected);
        var name = NameOf(folder, shortName);
        if (!refs.TryFind(name.Value, out var id)) throw new RefusedException(new Refusal(RefusalKind.NotFound, $"There is no {WordOf(folder)} '{shortName}'."));
        if (wanted is { } other && other != id)
            throw new RefusedException(new Refusal(RefusalKind.FailedPrecondition, $"The {WordOf(folder)} '{shortName}' is at {id}, not at {other}.", name.Value, id.ToString()));
        return new RefLookup(name, id);
    }

    /// <summary>The name of a ref that is to be made.</summary>
    /// <exception cref="RefusedException">It is there already, or no name of a ref.</exception>
    public static RefName FindFree(RefSnapshot refs, string folder, string shortName)
    {
        var name = NameOf(folder, shortName);
        return refs.TryFind(name.Value, out _)
            ? throw new RefusedException(new Refusal(RefusalKind.AlreadyExists, $"There is a {WordOf(folder)} '{shortName}' already."))
            : name;
    }

    /// <summary>What it points to.</summary>
    /// <exception cref="RefusedException">The object is missing.</exception>
    public static async Task<RefTip> TipAsync(IRefTipReader tips, RepositoryId repository, ObjectId id, CancellationToken cancellationToken) =>
        (await tips.ReadAsync(repository, [id], cancellationToken)).Single()
        ?? throw new RefusedException(new Refusal(RefusalKind.NotFound, $"The object {id} is not there."));

    private static RefName NameOf(string folder, string shortName) => RefName.TryParse(folder + shortName, out var name, out var fault)
        ? name
        : throw Arguments.Invalid($"'{(shortName.Length > 200 ? shortName[..200] + "…" : shortName)}' is no name of a {WordOf(folder)}: {fault}.");

    private static string WordOf(string folder) => folder == "refs/heads/" ? "branch" : "tag";
}
