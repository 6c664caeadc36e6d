using Granary.Accounts;

namespace Granary.Frontends.Ssh.Git;

/// <summary>What <c>ssh git@host</c> says.</summary>
internal static class Greeting
{
    public static string For(Caller caller)
    {
        var who = caller.DeployKey is { } key
            ? $"Hi! This is a deploy key of a repository of {key.Project}, which may {(caller.Scope >= AccessScope.Write ? "fetch and push" : "fetch")}."
            : $"Hi {caller.User}! Your key works.";
        return who + " Granary has no shell; use git, as in: git clone ssh://git@HOST/PROJECT/REPOSITORY.git";
    }
}
