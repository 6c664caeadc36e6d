using System.Text;
using Granary.Projects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Granary.Frontends.Http.Git;

/// <summary>Answers for those who come with the wrong tool: the dumb protocol, LFS, a browser.</summary>
internal static class Hints
{
    private const string DumbProtocol =
        "This server speaks git's smart HTTP protocol only; please use git 1.6.6 or later (without GIT_SMART_HTTP=0).";

    public static Task DumbProtocolAsync(HttpContext context) => HttpErrors.WriteAsync(context, StatusCodes.Status403Forbidden, DumbProtocol);

    /// <summary>In the form that LFS clients show, git-lfs docs/api/server-discovery.</summary>
    public static async Task LfsAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status501NotImplemented;
        context.Response.ContentType = "application/vnd.git-lfs+json";
        HttpErrors.NoCache(context.Response);
        var body = Encoding.UTF8.GetBytes($$"""{"message":"Git LFS is not supported yet.","request_id":"{{context.TraceIdentifier}}"}""");
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>A browser at a clone address; says the same of every address, so that it reveals no repository.</summary>
    public static async Task BrowserAsync(HttpContext context)
    {
        var project = (string?)context.GetRouteValue("project");
        var repository = (string?)context.GetRouteValue("repository");
        if (!ProjectKey.TryParse(project, out _, out _))
        {
            await HttpErrors.WriteAsync(context, StatusCodes.Status404NotFound, "There is nothing here.").ConfigureAwait(false);
            return;
        }

        var url = $"{context.Request.Scheme}://{context.Request.Host}/{Uri.EscapeDataString(project!)}/{Uri.EscapeDataString(repository ?? "")}";
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.WriteAsync($"This is the address of a git repository. To get it:\n\n    git clone {url}\n", context.RequestAborted)
            .ConfigureAwait(false);
    }
}
