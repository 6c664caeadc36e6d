using Granary.Accounts;
using Granary.Frontends.GitProtocol;
using Granary.Frontends.Requests;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Http.Git;

/// <summary>
/// The one way into every git endpoint: drain, login, permission, errors, measure. Whoever may not read a repository gets the answer
/// of one that does not exist, with or without a login.
/// </summary>
internal sealed class GitAccess(
    IGrainFactory grains, IAuthenticator authenticator, RequestDrain drain, HttpErrors errors, IOptions<HttpOptions> options, TimeProvider time)
{
    private const string LoginNeeded = "Please log in: a user name, and a password or an access token.";

    /// <summary>Runs <paramref name="serve"/> if the caller has <paramref name="needed"/>; otherwise answers why not.</summary>
    public async Task RunAsync(HttpContext context, AccessLevel needed, string verb, Func<GitRequest, Task> serve)
    {
        var measure = new RequestMeasure(RequestProtocol.Http, time);
        measure.Begin(verb);
        try
        {
            await RunAsync(context, needed, measure, serve).ConfigureAwait(false);
        }
        finally
        {
            measure.End();
        }
    }

    private async Task RunAsync(HttpContext context, AccessLevel needed, RequestMeasure measure, Func<GitRequest, Task> serve)
    {
        if (!drain.TryEnter())
        {
            measure.Fail(RequestOutcome.Stopping);
            context.Response.Headers.Connection = "close";
            await HttpErrors.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, AccessMessages.Stopping, TimeSpan.FromSeconds(10))
                .ConfigureAwait(false);
            return;
        }

        try
        {
            using var brokenOff = drain.BrokenOff.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
            GitRequest.LiftLimits(context, options.Value.MaxPushBody);
            if (await AuthorizeAsync(context, needed, measure).ConfigureAwait(false) is { } request) await serve(request).ConfigureAwait(false);
            else measure.Fail(RequestOutcome.Refused);
        }
#pragma warning disable CA1031 // The one place where faults become answers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (drain.BrokenOff.IsCancellationRequested) measure.Fail(RequestOutcome.Stopping);
            await errors.AnswerAsync(context, exception, measure).ConfigureAwait(false);
        }
        finally
        {
            drain.Leave();
        }
    }

    private async ValueTask<GitRequest?> AuthorizeAsync(HttpContext context, AccessLevel needed, RequestMeasure measure)
    {
        var login = await Authentication.AuthenticateAsync(context, authenticator).ConfigureAwait(false);
        if (login.Status == AuthenticationStatus.TooManyAttempts)
        {
            const string TooMany = "Too many failed logins; please wait before you try again.";
            await HttpErrors.WriteAsync(context, StatusCodes.Status429TooManyRequests, TooMany, login.RetryAfter).ConfigureAwait(false);
            return null;
        }

        if (login.Caller is not { } caller)
        {
            await HttpErrors.WriteAsync(context, StatusCodes.Status401Unauthorized, "The login was refused: wrong user name, password or token.").ConfigureAwait(false);
            return null;
        }

        var access = await ResolveAsync(context, caller).ConfigureAwait(false);
        if (access is not null && access.Level >= needed) return new GitRequest(context, measure, caller, access);
        var (status, message) = caller.IsAnonymous ? (StatusCodes.Status401Unauthorized, LoginNeeded)
            : access is null ? (StatusCodes.Status404NotFound, AccessMessages.NotFound)
            : (StatusCodes.Status403Forbidden, AccessMessages.ReadOnly);
        await HttpErrors.WriteAsync(context, status, message).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<RepositoryAccess?> ResolveAsync(HttpContext context, Caller caller)
    {
        var project = (string?)context.GetRouteValue("project");
        var repository = WithoutEnding((string?)context.GetRouteValue("repository"));
        return ProjectKey.TryParse(project, out var key, out _) && RepositoryName.TryParse(repository, out var name, out _)
            ? await grains.GetProject(key).ResolveRepositoryAsync(caller, name, context.RequestAborted).ConfigureAwait(false)
            : null;
    }

    private static string? WithoutEnding(string? repository) =>
        repository?.EndsWith(".git", StringComparison.OrdinalIgnoreCase) == true ? repository[..^4] : repository;
}
