using Granary.Frontends.Http.Git;
using Granary.Frontends.Http.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Http;

public static class HttpFrontend
{
    /// <summary>Adds git over HTTP; the sessions of git's protocol are added beside it.</summary>
    public static IServiceCollection AddGranaryHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HttpOptions>().Bind(configuration.GetSection(HttpOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>();
        services.AddSingleton<HttpErrors>();
        services.AddSingleton<GitAccess>();
        services.AddSingleton<GitEndpoints>();
        return services;
    }

    /// <summary>The table of what this frontend answers.</summary>
    public static void MapGranaryHttp(this IEndpointRouteBuilder routes)
    {
        var git = routes.ServiceProvider.GetRequiredService<GitEndpoints>();
        routes.MapGet("/{project}/{repository}/info/refs", git.InfoRefsAsync);
        routes.MapPost("/{project}/{repository}/git-upload-pack", git.UploadPackAsync);
        routes.MapPost("/{project}/{repository}/git-receive-pack", git.ReceivePackAsync);
        routes.MapGet("/{project}/{repository}/HEAD", Hints.DumbProtocolAsync);
        routes.MapGet("/{project}/{repository}/objects/{**rest}", Hints.DumbProtocolAsync);
        routes.Map("/{project}/{repository}/info/lfs/{**rest}", Hints.LfsAsync);
        routes.MapGet("/{project}/{repository}", Hints.BrowserAsync);
        routes.MapGet("/healthz/live", HealthEndpoints.LiveAsync);
        routes.MapGet("/healthz/ready", HealthEndpoints.ReadyAsync);
        routes.MapGet("/", static (HttpContext context) => context.Response.WriteAsync("Granary, a git host. The API is under /api/v1.\n", context.RequestAborted));
    }
}
