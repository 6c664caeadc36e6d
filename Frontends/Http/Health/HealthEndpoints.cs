using Granary.Frontends.GitProtocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Frontends.Http.Health;

/// <summary>
/// <c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can serve, otherwise 503 and the reasons.
/// What does not keep it from serving follows "ready".
/// </summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task LiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, "live\n");

    public static async Task ReadyAsync(HttpContext context)
    {
        var checks = context.RequestServices.GetServices<IReadinessCheck>();
        var results = await Task.WhenAll(checks.Select(check => RunAsync(check, context.RequestAborted))).ConfigureAwait(false);
        if (context.RequestServices.GetRequiredService<RequestDrain>().IsDraining) results = [.. results, (true, "stopping: the server is stopping.")];
        var faults = results.Where(static r => r.Fault is not null).ToList();
        var isReady = !faults.Any(static f => f.IsVital);
        await WriteAsync(
            context,
            isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            string.Concat(faults.Select(static f => f.Fault + "\n").Prepend(isReady ? "ready\n" : ""))).ConfigureAwait(false);
    }

    private static async Task<(bool IsVital, string? Fault)> RunAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        try
        {
            var fault = await check.CheckAsync(cancellationToken).WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            return (check.IsVital, fault is null ? null : $"{check.Name}: {fault}");
        }
        catch (TimeoutException)
        {
            return (check.IsVital, $"{check.Name}: no answer within {Patience.TotalSeconds} s.");
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
