namespace Granary.Frontends.Requests;

/// <summary>What carries a request; the tag <c>protocol</c>.</summary>
public static class RequestProtocol
{
    /// <summary>Git over HTTP.</summary>
    public const string Http = "http";

    /// <summary>Git over SSH.</summary>
    public const string Ssh = "ssh";

    /// <summary>The API over gRPC.</summary>
    public const string Rpc = "rpc";

    /// <summary>The API over HTTP and JSON.</summary>
    public const string Json = "json";
}
