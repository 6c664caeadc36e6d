using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Metadata;

namespace Granary.Frontends.Rpc;

/// <summary>
/// Limits the bodies of JSON calls: gRPC's own message limit does not count there, and the host lifts Kestrel's for pushes.
/// </summary>
internal sealed class JsonBodyLimit(long limit) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => limit;

    public void Apply(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().Any()) endpoint.Metadata.Add(this);
    }
}
