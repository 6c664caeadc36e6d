namespace Granary.Repositories;

/// <summary>The push options that mean something to Granary.</summary>
public static class PushOptionNames
{
    /// <summary>Without it the default branch is not deleted.</summary>
    public const string AllowDeleteDefaultBranch = "granary.allow-delete-default-branch";
}
