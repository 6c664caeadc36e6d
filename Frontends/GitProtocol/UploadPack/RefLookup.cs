using Granary.Repositories;
using Granary.Repositories.Policy;

namespace Granary.Frontends.GitProtocol.UploadPack;

/// <summary>How git finds a ref by a short name, gitrevisions(7).</summary>
internal static class RefLookup
{
    /// <summary>The places where git looks, in its order.</summary>
    public static string[] Candidates(string name) =>
        [name, "refs/" + name, "refs/tags/" + name, "refs/heads/" + name, "refs/remotes/" + name, $"refs/remotes/{name}/HEAD"];

    /// <summary>Whether git, which knows of nothing hidden, would find a hidden ref by this name.</summary>
    public static bool FindsHidden(RefSnapshot refs, string name)
    {
        if (refs.HiddenRefs is not { Count: > 0 } hidden) return false;
        if (name is "HEAD" or "@") return refs.HeadTarget is { } target && HiddenRefs.Contain(hidden, target);
        var found = Candidates(name).FirstOrDefault(candidate => refs.TryFind(candidate, out _));
        return found is not null && HiddenRefs.Contain(hidden, found);
    }
}
