using Granary.Frontends.GitProtocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Frontends.Http.Health;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can serve, otherwise 503 and the reasons.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "live\n");

    public static async Task ReadyAsync(HttpContext context)
    {
        var checks = context.RequestServices.GetServices<IReadinessCheck>();
        var results = await Task.WhenAll(checks.Select(check => RunAsync(check, context.RequestAborted))).ConfigureAwait(false);
        if (context.RequestServices.GetRequiredService<RequestDrain>().IsDraining) results = [.. results, "stopping: the server is stopping."];
        var faults = results.Where(static r => r is not null).ToList();
        await WriteAsync(
            context,
            faults.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            faults.Count == 0 ? "ready\n" : string.Join('\n', faults) + "\n").ConfigureAwait(false);
    }

    private static async Task<string?> RunAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        try
        {
            var fault = await check.CheckAsync(cancellationToken).WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return fault is null ? null : $"{check.Name}: {fault}";
        }
        catch (TimeoutException)
        {
            return $"{check.Name}: no answer within {Patience.TotalSeconds} s.";
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
