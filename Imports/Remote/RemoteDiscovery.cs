using System.Net;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Imports.Sources;

namespace Granary.Imports.Remote;

/// <summary>The first question to a source: whether it is a git server, of which abilities, and where it really is.</summary>
internal static class RemoteDiscovery
{
    private const string Advertisement = "application/x-git-upload-pack-advertisement";

    /// <summary>Follows redirects here and nowhere else, as git does.</summary>
    /// <exception cref="ImportRefusedException">It cannot be cloned from.</exception>
    public static async Task<(RemoteUrl Url, RemoteCapabilities Capabilities)> RunAsync(
        RemoteHttp http, RemoteUrl url, ImportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await GetAsync(http, url, options, time, cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response))
                return (url, await ReadAsync(response, options, time, cancellationToken).ConfigureAwait(false));
            using (response)
            {
                if (redirects == options.MaxRedirects) throw new ImportRefusedException($"The source redirects more than {options.MaxRedirects} times.");
                if (response.Headers.Location is not { } location) throw new ImportRefusedException("The source redirects to nowhere.");
                url = url.Follow(new Uri(url.Discovery, location));
            }
        }
    }

    /// <exception cref="ImportRefusedException">The answer is not what was asked for.</exception>
    public static void Require(HttpResponseMessage response, string contentType)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK when response.Content.Headers.ContentType?.MediaType == contentType:
                return;
            case HttpStatusCode.OK:
                throw new ImportRefusedException("The source is no git server that speaks the smart HTTP protocol.");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new ImportRefusedException(RefusalKind.FailedPrecondition, "The source asks for a login, or refuses the one that was given.");
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                throw new ImportRefusedException(RefusalKind.FailedPrecondition, "The source has no repository at that address, or shows it only with a login.");
            default:
                throw new ImportRefusedException(RefusalKind.Unavailable, $"The source answered with HTTP status {(int)response.StatusCode}.");
        }
    }

    private static bool IsRedirect(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static async Task<HttpResponseMessage> GetAsync(
        RemoteHttp http, RemoteUrl url, ImportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url.Discovery);
        using var clock = new SilenceClock(options.StallTimeout, time, cancellationToken);
        return await clock.AwaitAsync(token => http.SendAsync(request, url, token)).ConfigureAwait(false);
    }

    private static async Task<RemoteCapabilities> ReadAsync(
        HttpResponseMessage response, ImportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using (response)
        {
            Require(response, Advertisement);
            var answer = await RemoteAnswer.OfAsync(response, options.StallTimeout, time, cancellationToken).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                var line = await answer.ReadAsync().ConfigureAwait(false);
                if (line.Text.Span.StartsWith("# service="u8))
                {
                    await answer.ReadAsync().ConfigureAwait(false);
                    line = await answer.ReadAsync().ConfigureAwait(false);
                }

                if (!line.Text.Span.SequenceEqual("version 2"u8))
                    throw new ImportRefusedException(RefusalKind.FailedPrecondition, "The source does not speak version 2 of git's protocol; make a mirror clone and import that.");
                var capabilities = new RemoteCapabilities();
                for (line = await answer.ReadAsync().ConfigureAwait(false); line.Kind == PktKind.Data; line = await answer.ReadAsync().ConfigureAwait(false))
                    capabilities.Add(line.Text.Span);
                return capabilities.Check();
            }
        }
    }
}
