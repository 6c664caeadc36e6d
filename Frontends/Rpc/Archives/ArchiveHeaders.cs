using System.Security.Cryptography;
using System.Text;
using Granary.Git.Archives;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Granary.Frontends.Rpc.Archives;

/// <summary>What HTTP is told of an archive before it is made.</summary>
internal static class ArchiveHeaders
{
    /// <returns>Whether the client has it already: then it is told so, and nothing follows.</returns>
    public static bool Set(HttpContext http, Archive archive)
    {
        var tag = TagOf(archive);
        var headers = http.Response.GetTypedHeaders();
        headers.ETag = tag;

        // Whoever keeps it asks again: a branch moves, and rights end.
        http.Response.Headers.CacheControl = "private, no-cache";
        http.Response.Headers.Vary = "Authorization, On-Behalf-Of";
        var known = http.Request.GetTypedHeaders().IfNoneMatch;
        if (known.Any(has => has.Equals(EntityTagHeaderValue.Any) || has.Compare(tag, useStrongComparison: false)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        // RFC 6266: the name in ASCII for old clients, and as it is.
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(archive.FileName);
        headers.ContentDisposition = disposition;
        http.Response.ContentType = ArchiveFile.MediaType(archive.Format);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.AcceptRanges = "none";
        return false;
    }

    /// <summary>
    /// A weak one, RFC 9110 section 8.8.1: the same files come out, but another version of git may compress them otherwise.
    /// </summary>
    private static EntityTagHeaderValue TagOf(Archive archive)
    {
        byte[] rest = [(byte)archive.Format, .. Encoding.UTF8.GetBytes(archive.Prefix), 0, .. archive.Path.Bytes.Span];
        return new EntityTagHeaderValue($"\"{archive.Commit}-{Convert.ToHexStringLower(SHA256.HashData(rest).AsSpan(0, 8))}\"", isWeak: true);
    }
}
