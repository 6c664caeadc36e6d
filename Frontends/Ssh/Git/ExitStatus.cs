namespace Granary.Frontends.Ssh.Git;

/// <summary>The exit status of a command, as shells and git have them.</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>git's own when it gives up with a message.</summary>
    public const int Fatal = 128;

    /// <summary>A shell's for a command that is not there.</summary>
    public const int NotFound = 127;
}
