namespace Granary.Frontends.Requests;

/// <summary>How a request ended; the tag <c>outcome</c>.</summary>
public static class RequestOutcome
{
    public const string Ok = "ok";

    /// <summary>Login, permission, a policy or a limit forbids it, or there is no such thing.</summary>
    public const string Refused = "refused";

    /// <summary>The client broke the protocol, or sent what cannot be read.</summary>
    public const string Invalid = "invalid";

    /// <summary>No place in time: the client was asked to try again.</summary>
    public const string Busy = "busy";

    /// <summary>The server is stopping.</summary>
    public const string Stopping = "stopping";

    /// <summary>The client stood still for too long.</summary>
    public const string Stalled = "stalled";

    public const string ClientGone = "client-gone";

    /// <summary>A fault of the server.</summary>
    public const string Failed = "failed";
}
