using Granary.Frontends.Requests;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Measures;
using Granary.Frontends.Rpc.Repositories;
using Granary.Git;
using Granary.Git.Archives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Archives;

/// <summary>
/// Archives for browsers, curl and package tools, which want bytes and not messages: <c>ArchiveService.GetArchive</c> with another face, the
/// same login, rights, limits and errors.
/// </summary>
internal sealed class ArchiveDownload(
    CallLogin login, CurrentCaller current, RepositoryResolver repositories, IArchiver archiver, CallErrors errors, IOptions<RpcOptions> options, TimeProvider time)
{
    private static readonly string Method = $"/{V1.ArchiveService.Descriptor.FullName}/{nameof(V1.ArchiveService.ArchiveServiceBase.GetArchive)}";

    public async Task ServeAsync(HttpContext http)
    {
        var measure = new RequestMeasure(RequestProtocol.Json, time);
        measure.Begin(CallGroups.Of(Method));
        try
        {
            await ServeAsync(http, measure);
        }
#pragma warning disable CA1031 // Where faults become answers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await AnswerAsync(http, exception, measure);
        }
        finally
        {
            measure.End();
        }
    }

    private async Task ServeAsync(HttpContext http, RequestMeasure measure)
    {
        var gone = http.RequestAborted;
        await login.LogInAsync(http, Method, gone);
        var wish = WishOf(http.Request);
        var access = await repositories.ResolveAsync(Part(http, "project"), Part(http, "repository"), gone);
        var archive = await archiver.FindAsync(access.Id, access.Name, wish, gone).OrRefuse();
        if (ArchiveHeaders.Set(http, archive) || HttpMethods.IsHead(http.Request.Method)) return;
        var output = new StallPipeWriter(http.Response.BodyWriter, measure, options.Value.StreamStallTimeout, time);
        await archiver.WriteAsync(archive, Requester.Of(current.Caller, http.Connection.RemoteIpAddress), output, gone).OrRefuse();
    }

    private async Task AnswerAsync(HttpContext http, Exception exception, RequestMeasure measure)
    {
        var isGone = http.RequestAborted.IsCancellationRequested;
        measure.Fail(CallFaults.OutcomeOf(exception, isGone));
        if (!http.Response.HasStarted) http.Response.Clear();
        var reply = errors.Translate(exception, http, Method, isGone);

        // The end of what has begun would look like that of a good archive: a broken connection is the only way to tell.
        if (http.Response.HasStarted || isGone) http.Abort();
        else await JsonErrors.WriteAsync(http, reply);
    }

    private static ArchiveWish WishOf(HttpRequest request)
    {
        var (revision, format) = ArchiveFile.Parse(Part(request.HttpContext, "file"));
        return new ArchiveWish(revision, format, Query(request, "prefix"), Arguments.Path(Query(request, "path") ?? "", ArchiveFile.Bytes(Query(request, "rawPath"))));
    }

    private static string Part(HttpContext http, string name) => (string?)http.GetRouteValue(name) ?? "";

    private static string? Query(HttpRequest request, string name) => request.Query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        _ => throw Arguments.Invalid("It can be given once.", name),
    };
}

internal static class ArchiveDownloadEndpoint
{
    public const string Path = "/api/v1/projects/{project}/repositories/{repository}/archive/{**file}";

    public static void MapArchiveDownload(this IEndpointRouteBuilder endpoints) => endpoints.MapMethods(
        Path, [HttpMethods.Get, HttpMethods.Head], static (HttpContext http) => http.RequestServices.GetRequiredService<ArchiveDownload>().ServeAsync(http));
}
