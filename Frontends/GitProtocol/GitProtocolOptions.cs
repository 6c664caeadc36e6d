namespace Granary.Frontends.GitProtocol;

/// <summary>Limits of the git protocol, whatever the transport: section <c>Granary:Protocol</c>.</summary>
public sealed class GitProtocolOptions
{
    public const string Section = "Granary:Protocol";

    /// <summary>The largest fetch request (wants and haves) in bytes. Default 64 MiB.</summary>
    public int MaxFetchRequest { get; set; } = 64 << 20;

    /// <summary>The most <c>ref-prefix</c> arguments of an <c>ls-refs</c>. Default 65,536; more are refused.</summary>
    public int MaxRefPrefixes { get; set; } = 65_536;

    /// <summary>
    /// The most <c>want-ref</c> arguments of one <c>fetch</c>. A clone asks for each ref by its name, so this bounds the refs of a
    /// repository that can be cloned whole. Default 1,000,000.
    /// </summary>
    public int MaxWantedRefs { get; set; } = 1_000_000;

    /// <summary>The most <c>want</c> lines of one fetch. Default 1,000,000, as of refs by name.</summary>
    public int MaxWants { get; set; } = 1_000_000;

    /// <summary>
    /// The most <c>have</c> lines of one request over HTTP or in v2, and of a whole dialogue of v0 or v1 over SSH. git's own client says
    /// some ten thousand at most. Default 250,000.
    /// </summary>
    public int MaxHaves { get; set; } = 250_000;

    /// <summary>The most <c>shallow</c> lines of one fetch, one for each commit at which the client's history ends. Default 100,000.</summary>
    public int MaxShallows { get; set; } = 100_000;

    /// <summary>The most <c>deepen</c>, <c>deepen-since</c> and <c>deepen-not</c> lines of one fetch together. Default 100.</summary>
    public int MaxDeepens { get; set; } = 100;

    /// <summary>The most bytes of the <c>filter</c> of a partial clone. Default 1,024.</summary>
    public int MaxFilterLength { get; set; } = 1024;

    /// <summary>The most parts of a <c>combine:</c> filter. Default 8.</summary>
    public int MaxFilterParts { get; set; } = 8;

    /// <summary>The largest depth of a <c>tree:</c> filter: git walks a tree again for each depth at which it is met. Default 16.</summary>
    public int MaxTreeFilterDepth { get; set; } = 16;

    /// <summary>The most refs that one push may change. Default 100,000.</summary>
    public int MaxRefsPerPush { get; set; } = 100_000;

    /// <summary>The most bytes of all commands of one push together. Default 64 MiB.</summary>
    public int MaxCommandList { get; set; } = 64 << 20;

    /// <summary>The most push options of one push. Default 100.</summary>
    public int MaxPushOptions { get; set; } = 100;

    /// <summary>The most bytes of one push option. Default 1,024.</summary>
    public int MaxPushOptionLength { get; set; } = 1024;

    /// <summary>How often a client that waits for a push is sent an empty side-band packet. Default 5 s.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client that was told an error in a dialogue (SSH, v0 and v1) may go on talking before it is closed on. Default 2 s.</summary>
    public TimeSpan ErrorLinger { get; set; } = TimeSpan.FromSeconds(2);
}
