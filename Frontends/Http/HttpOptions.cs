namespace Granary.Frontends.Http;

/// <summary>Limits of git over HTTP: section <c>Granary:Http</c>. Address, port and certificate are the host's part of it.</summary>
public sealed class HttpOptions
{
    public const string Section = "Granary:Http";

    /// <summary>How long a client may send nothing in the middle of a request. Default 2 min.</summary>
    public TimeSpan BodyIdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a client may take nothing of an answer that waits for it. Default 2 min.</summary>
    public TimeSpan WriteStallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest body of a push in bytes. Default 10 GiB and a little, so that the limit on packs speaks first.</summary>
    public long MaxPushBody { get; set; } = (10L << 30) + (64 << 20);

    /// <summary>
    /// Addresses or networks (CIDR) of proxies whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Default: none.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];
}
