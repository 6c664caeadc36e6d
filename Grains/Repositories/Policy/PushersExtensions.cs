using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories.Policy;

namespace Granary.Grains.Repositories.Policy;

internal static class PushersExtensions
{
    /// <summary>The server itself is always among them.</summary>
    public static bool Include(this Pushers pushers, Caller caller, ProjectRole role) =>
        caller == Caller.System
        || (pushers.Role != ProjectRole.None && role >= pushers.Role)
        || pushers.Users.Any(user => user.UserId == caller.UserId && caller.UserId != Guid.Empty);

    public static string Describe(this Pushers pushers)
    {
        const int MaxNamed = 5;
        var who = pushers.Users.Take(MaxNamed).Select(static user => user.Name.Value).ToList();
        if (pushers.Users.Count > MaxNamed) who.Add("some others");
        if (pushers.Role != ProjectRole.None) who.Insert(0, pushers.Role == ProjectRole.Admin ? "administrators of the project" : "members of the project");
        return who.Count switch
        {
            0 => "nobody",
            1 => who[0],
            _ => $"{string.Join(", ", who.SkipLast(1))} and {who[^1]}",
        };
    }
}
