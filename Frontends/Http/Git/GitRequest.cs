using System.IO.Compression;
using System.IO.Pipelines;
using Granary.Accounts;
using Granary.Frontends.Requests;
using Granary.Git;
using Granary.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Granary.Frontends.Http.Git;

/// <summary>A git request whose caller may do what it asks for.</summary>
internal sealed record GitRequest(HttpContext Context, RequestMeasure Measure, Caller Caller, RepositoryAccess Access)
{
    public Requester Requester => Requester.Of(Caller, Context.Connection.RemoteIpAddress);

    /// <summary>What the <c>Git-Protocol</c> header asks for: the highest version that we know, gitprotocol-v2(5).</summary>
    public GitProtocolVersion Version
    {
        get
        {
            var version = GitProtocolVersion.V0;
            foreach (var part in Context.Request.Headers["Git-Protocol"].ToString().Split(':'))
            {
                if (part == "version=2") version = GitProtocolVersion.V2;
                else if (part == "version=1" && version == GitProtocolVersion.V0) version = GitProtocolVersion.V1;
            }

            return version;
        }
    }

    /// <summary>The body, unpacked, without Kestrel's size and rate limits, which a legal push breaks; ours stand in their place.</summary>
    public PipeReader OpenBody(HttpOptions options, TimeProvider time)
    {
        var gzip = Context.Request.Headers.ContentEncoding.ToString() is "gzip" or "x-gzip";
        var inner = gzip
            ? PipeReader.Create(new GZipStream(Context.Request.Body, CompressionMode.Decompress), new StreamPipeReaderOptions(bufferSize: 65536))
            : Context.Request.BodyReader;
        return new IdlePipeReader(inner, Measure, options.BodyIdleTimeout, time);
    }

    /// <summary>Where the answer goes.</summary>
    public PipeWriter OpenAnswer(HttpOptions options, TimeProvider time) =>
        new StallPipeWriter(Context.Response.BodyWriter, Measure, options.WriteStallTimeout, time);

    /// <summary>Whether the body's encoding is one that <see cref="OpenBody"/> reads.</summary>
    public bool HasKnownEncoding => Context.Request.Headers.ContentEncoding.ToString() is "" or "identity" or "gzip" or "x-gzip";

    public static void LiftLimits(HttpContext context, long maxBody)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = maxBody;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }
}
