namespace Granary.Git;

/// <summary>A git process ended with an error. <see cref="Exception.Message"/> is its last words without paths, fit for a client.</summary>
public sealed class GitProcessException : Exception
{
    public GitProcessException(string message, int exitCode)
        : base(message) => ExitCode = exitCode;

    /// <summary>git's own exit status when it gives up with a message.</summary>
    public const int Died = 128;

    public int ExitCode { get; }

    /// <summary>Whether part of an answer went to the client before it ended.</summary>
    public bool HasAnswered { get; init; }
}

/// <summary>All places for heavy git processes are taken and stayed taken: the client should try again.</summary>
public sealed class GitBusyException : Exception
{
    public GitBusyException(TimeSpan retryAfter)
        : base("The server is busy; please try again in a moment.") => RetryAfter = retryAfter;

    public TimeSpan RetryAfter { get; }
}

/// <summary>The pack of a push was refused: corrupt, too large, against the rules of fsck. The message is for the client.</summary>
public sealed class PackRefusedException : Exception
{
    public PackRefusedException(string message)
        : base(message)
    {
    }
}
