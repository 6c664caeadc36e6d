namespace Granary.Frontends.Requests;

/// <summary>What a git request asks for; the tag <c>verb</c>. A call of the API has the name of its service there.</summary>
public static class RequestVerb
{
    /// <summary>The first answer of a connection: refs, or the capabilities of v2.</summary>
    public const string InfoRefs = "info-refs";

    /// <summary>Refs in v2.</summary>
    public const string LsRefs = "ls-refs";

    /// <summary>A fetch, in any version.</summary>
    public const string UploadPack = "upload-pack";

    public const string ReceivePack = "receive-pack";

    public const string Archive = "archive";

    /// <summary>A login without a command.</summary>
    public const string Greeting = "greeting";

    /// <summary>A command that is not git's.</summary>
    public const string Unknown = "unknown";
}
