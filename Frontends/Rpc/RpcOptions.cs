namespace Granary.Frontends.Rpc;

/// <summary>Settings of the API, in the section <c>Granary:Rpc</c> (its address and port are the host's part of it).</summary>
public sealed class RpcOptions
{
    public const string SectionName = "Granary:Rpc";

    /// <summary>The largest request in bytes, over gRPC or as JSON. Default 4 MiB.</summary>
    public int MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many grains one list call asks at a time. Default 16.</summary>
    public int ListParallelism { get; set; } = 16;

    /// <summary>How long the client of a stream may take nothing before its call is ended. Default 5 min.</summary>
    public TimeSpan StreamStallTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
