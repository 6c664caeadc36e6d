using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Frontends.GitProtocol.UploadPack;
using Granary.Frontends.Requests;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Http.Git;

/// <summary>
/// Smart HTTP, gitprotocol-http(5). Which right a request needs follows from its path alone, or for the advertisement from
/// the one parameter that also chooses the answer.
/// </summary>
internal sealed class GitEndpoints(
    GitAccess access, UploadPackSession uploadPack, ReceivePackSession receivePack, IOptions<HttpOptions> options, TimeProvider time)
{
    private const string UploadPack = "git-upload-pack";
    private const string ReceivePack = "git-receive-pack";

    public Task InfoRefsAsync(HttpContext context)
    {
        var query = context.Request.Query["service"];
        var service = query.Count == 1 ? query[0] : null;
        return service switch
        {
            UploadPack => access.RunAsync(context, AccessLevel.Read, RequestVerb.InfoRefs, request => AdvertiseAsync(request, UploadPack)),
            ReceivePack => access.RunAsync(context, AccessLevel.Write, RequestVerb.InfoRefs, request => AdvertiseAsync(request, ReceivePack)),
            _ => Hints.DumbProtocolAsync(context),
        };
    }

    public Task UploadPackAsync(HttpContext context) => access.RunAsync(context, AccessLevel.Read, RequestVerb.UploadPack, async request =>
    {
        if (!await AcceptsAsync(request, UploadPack).ConfigureAwait(false)) return;
        Answer(context, "application/x-git-upload-pack-result");
        var output = request.OpenAnswer(options.Value, time);
        await uploadPack.ServeAsync(
            request.Access.Id, request.Requester, request.Version, request.Measure, request.OpenBody(options.Value, time), output,
            context.RequestAborted).ConfigureAwait(false);
    });

    public Task ReceivePackAsync(HttpContext context) => access.RunAsync(context, AccessLevel.Write, RequestVerb.ReceivePack, async request =>
    {
        if (!await AcceptsAsync(request, ReceivePack).ConfigureAwait(false)) return;
        Answer(context, "application/x-git-receive-pack-result");
        var output = request.OpenAnswer(options.Value, time);
        await receivePack.ServeAsync(
            request.Access.Id, request.Caller, PushTransport.Http, request.OpenBody(options.Value, time), output, context.RequestAborted).ConfigureAwait(false);
    });

    private async Task AdvertiseAsync(GitRequest request, string service)
    {
        var context = request.Context;
        if (MovedTo(request, service) is { } location)
        {
            HttpErrors.NoCache(context.Response);
            context.Response.Redirect(location, permanent: true);
            return;
        }

        var version = request.Version;
        var body = service == UploadPack
            ? await uploadPack.AdvertiseAsync(request.Access.Id, version, context.RequestAborted).ConfigureAwait(false)
            : await receivePack.AdvertiseAsync(request.Access.Id, version, context.RequestAborted).ConfigureAwait(false);
        Answer(context, $"application/x-{service}-advertisement");
        var announcement = ServiceAnnouncement(service, version);
        context.Response.ContentLength = announcement.Length + body.Length;
        var output = request.OpenAnswer(options.Value, time);
        await output.WriteAsync(announcement, context.RequestAborted).ConfigureAwait(false);
        await output.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The line that says which service this is; v2 has none, gitprotocol-http(5) "Smart Clients".</summary>
    private static ReadOnlyMemory<byte> ServiceAnnouncement(string service, Granary.Git.GitProtocolVersion version) =>
        service == UploadPack && version == Granary.Git.GitProtocolVersion.V2 ? default
            : service == UploadPack ? "001e# service=git-upload-pack\n0000"u8.ToArray()
            : "001f# service=git-receive-pack\n0000"u8.ToArray();

    /// <summary>Where the repository is now, when it was asked for under an old name; git follows and tells its user.</summary>
    private static string? MovedTo(GitRequest request, string service)
    {
        var asked = (string)request.Context.GetRouteValue("repository")!;
        if (asked.EndsWith(".git", StringComparison.OrdinalIgnoreCase)) asked = asked[..^4];
        var name = request.Access.Name;
        if (RepositoryName.Parse(asked) == name) return null;
        var path = $"/{Uri.EscapeDataString(request.Access.Project.Value)}/{Uri.EscapeDataString(name.Value)}.git/info/refs";
        return $"{request.Context.Request.PathBase}{path}?service={service}";
    }

    private static async ValueTask<bool> AcceptsAsync(GitRequest request, string service)
    {
        if (request.Context.Request.ContentType == $"application/x-{service}-request" && request.HasKnownEncoding) return true;
        request.Measure.Fail(RequestOutcome.Invalid);
        if (request.Context.Request.ContentType != $"application/x-{service}-request")
        {
            await HttpErrors.WriteAsync(request.Context, StatusCodes.Status415UnsupportedMediaType, $"The content type must be application/x-{service}-request.")
                .ConfigureAwait(false);
            return false;
        }

        await HttpErrors.WriteAsync(request.Context, StatusCodes.Status415UnsupportedMediaType, "The content encoding must be gzip or none.").ConfigureAwait(false);
        return false;
    }

    private static void Answer(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        HttpErrors.NoCache(context.Response);
    }
}
