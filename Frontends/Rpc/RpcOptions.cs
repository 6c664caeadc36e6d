namespace Granary.Frontends.Rpc;

/// <summary>Settings of the API, in the section <c>Granary:Rpc</c> (its address and port are the host's part of it).</summary>
public sealed class RpcOptions
{
    public const string SectionName = "Granary:Rpc";

    /// <summary>The largest request in bytes, over gRPC or as JSON. Default 4 MiB.</summary>
    public int MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many grains one list call asks at a time. Default 16.</summary>
    public int ListParallelism { get; set; } = 16;

    /// <summary>Users that may make calls on behalf of others, such as a web server's. Default: none.</summary>
    public IList<string> TrustedUsers { get; } = [];

    /// <summary>Whether calls may be made on behalf of administrators of the server as well. Default: false.</summary>
    public bool ActForAdministrators { get; set; }

    /// <summary>How often a watch of health looks again. Default 5 s.</summary>
    public TimeSpan HealthWatchInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many watches of health run at a time. Default 64.</summary>
    public int MaxHealthWatches { get; set; } = 64;

    /// <summary>How many objects one call of ReadObjects reads ahead of its client. Default 16.</summary>
    public int ReadAhead { get; set; } = 16;

    /// <summary>How long the client of a stream may take nothing, or ask for nothing, before its call is ended. Default 5 min.</summary>
    public TimeSpan StreamStallTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
