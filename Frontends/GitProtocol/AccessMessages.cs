namespace Granary.Frontends.GitProtocol;

/// <summary>What a client reads when it may not do what it asked for: the same over every transport.</summary>
public static class AccessMessages
{
    /// <summary>Also of a repository that the caller may not know of.</summary>
    public const string NotFound = "There is no such repository, or you may not read it.";

    public const string ReadOnly = "You may read this repository but not push to it.";

    public const string Stopping = "The server is stopping; please try again.";

    public const string RepositoryUnavailable = "The repository cannot be read just now; please try again.";

    public const string ServerUnavailable = "The server cannot answer just now; please try again.";
}
