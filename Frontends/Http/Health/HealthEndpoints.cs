using Granary.Frontends.GitProtocol.Health;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Frontends.Http.Health;

/// <summary>
/// <c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can serve, otherwise 503 and the reasons.
/// What does not keep it from serving follows "ready".
/// </summary>
internal static class HealthEndpoints
{
    public static Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "live\n");

    public static async Task ReadyAsync(HttpContext context)
    {
        var faults = await context.RequestServices.GetRequiredService<Readiness>().FindFaultsAsync(context.RequestAborted).ConfigureAwait(false);
        var isReady = !faults.Any(static f => f.IsVital);
        await WriteAsync(
            context,
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            string.Concat(faults.Select(static f => f.Text + "\n").Prepend(isReady ? "ready\n" : ""))).ConfigureAwait(false);
    }

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
