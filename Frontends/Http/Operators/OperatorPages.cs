using Granary.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Granary.Frontends.Http.Operators;

/// <summary>Pages that only administrators of the server may see; the silo maps them.</summary>
public static class OperatorPages
{
    /// <summary>
    /// Lets administrators through and asks everybody else to log in, with the accounts and the throttle of everything else.
    /// Not ASP.NET's authentication: its middleware would log in every git request a second time.
    /// </summary>
    public static TBuilder ForAdministrators<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(static endpoint =>
        {
            var page = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} cannot be protected.");
            endpoint.RequestDelegate = context => ServeAsync(context, page);
        });
        return endpoints;
    }

    private static async Task ServeAsync(HttpContext context, RequestDelegate page)
    {
        var authenticator = context.RequestServices.GetRequiredService<IAuthenticator>();
        var login = await Authentication.AuthenticateAsync(context, authenticator).ConfigureAwait(false);
        var answer = login switch
        {
            { Caller: { IsAdministrator: true, Scope: AccessScope.Admin } } => page(context),
            { Caller.IsAnonymous: false } =>
                HttpErrors.WriteAsync(context, StatusCodes.Status403Forbidden, "This page is for administrators of the server."),
            { Status: AuthenticationStatus.TooManyAttempts } => HttpErrors.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, "Too many failed logins; please wait before you try again.", login.RetryAfter),
            _ => HttpErrors.WriteAsync(context, StatusCodes.Status401Unauthorized, "Please log in as an administrator."),
        };
        await answer.ConfigureAwait(false);
    }
}
