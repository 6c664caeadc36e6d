using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Granary.Hooks.Webhooks;
using Granary.Net;
using Microsoft.Extensions.Options;

namespace Granary.Grains.Hooks.Webhooks.Sending;

/// <summary>Makes one attempt: posts, follows redirects, reads a bounded answer, all within one time limit.</summary>
internal sealed class WebhookSender(WebhookHttp http, IOptions<WebhookOptions> options, TimeProvider time)
{
    private readonly WebhookOptions _options = options.Value;

    /// <summary>Never throws for what the receiver does; the attempt's number is the caller's to set.</summary>
    public async Task<WebhookAttempt> SendAsync(StoredHook hook, WebhookDelivery delivery, byte[] body, CancellationToken cancellationToken)
    {
        var (began, startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        using var limit = new CancellationTokenSource(_options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var attempt = new WebhookAttempt(0, startedAt, default, WebhookOutcome.Failed, null, null, hook.Url, [], [], ReadOnlyMemory<byte>.Empty, false);
        try
        {
            attempt = await FollowAsync(new WebhookRequest(hook, delivery, body), attempt, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            attempt = attempt with
            {
                Outcome = WebhookOutcome.TimedOut,
                Error = $"There was no complete answer within {_options.Timeout.TotalSeconds:0.###} seconds.",
            };
        }

        return attempt with { Duration = time.GetElapsedTime(began) };
    }

    private async Task<WebhookAttempt> FollowAsync(WebhookRequest request, WebhookAttempt attempt, CancellationToken cancellationToken)
    {
        var place = request.Start;
        for (var redirects = 0; ; redirects++)
        {
            using var message = request.To(place);
            attempt = attempt with { Url = place.AbsoluteUri, RequestHeaders = request.Describe(message) };
            HttpResponseMessage answer;
            try
            {
                answer = await http.Client(request.VerifyTls).SendAsync(message, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException fault)
            {
                return Fault(attempt, fault);
            }

            using (answer)
            {
                attempt = await ReadAsync(attempt, answer, cancellationToken).ConfigureAwait(false);
                if (Target(answer, place) is not { } target) return attempt;
                if (redirects >= _options.MaxRedirects) return attempt with { Error = $"There were more than {_options.MaxRedirects} redirects." };
                if (Refuse(place, target) is { } error) return attempt with { Outcome = WebhookOutcome.Refused, Error = error };
                place = target;
            }
        }
    }

    private async Task<WebhookAttempt> ReadAsync(WebhookAttempt attempt, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        attempt = attempt with
        {
            Status = status,
            Outcome = status is >= 200 and < 300 ? WebhookOutcome.Delivered : WebhookOutcome.Rejected,
            Error = status is >= 200 and < 300 ? null : $"The receiver answered with status {status}.",
            ResponseHeaders = [.. answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Select(static h => $"{h.Key}: {h.Value}")],
        };
        try
        {
            var (body, isCut) = await BoundedBody.ReadAsync(answer.Content, _options.MaxResponseBody, cancellationToken).ConfigureAwait(false);
            return attempt with { ResponseBody = body, IsCut = isCut };
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException)
        {
            return attempt with { Outcome = WebhookOutcome.Failed, Error = "The connection broke within the answer." };
        }
    }

    /// <summary>Where the same request is to be made again; 303 asks for another one, which is not made.</summary>
    private static Uri? Target(HttpResponseMessage answer, Uri place) => answer.StatusCode switch
    {
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            when answer.Headers.Location is { } location && Uri.TryCreate(place, location, out var target) => target,
        _ => null,
    };

    private static string? Refuse(Uri place, Uri target) =>
        target.Scheme is not ("http" or "https") ? "The receiver redirects to something that is not http or https."
        : place.Scheme == "https" && target.Scheme != "https" ? "The receiver redirects from https to http."
        : target.UserInfo.Length > 0 ? "The receiver redirects to an address with a login in it." : null;

    /// <summary>In words that tell nothing of the network that the server is in.</summary>
    private static WebhookAttempt Fault(WebhookAttempt attempt, HttpRequestException fault) => fault switch
    {
        { InnerException: AddressRefusedException refused } => attempt with { Outcome = WebhookOutcome.Refused, Error = refused.Message },
        { InnerException: AuthenticationException } => attempt with { Error = "The TLS handshake failed: the certificate of the receiver is not one that can be trusted, or the two have no protocol in common." },
        { HttpRequestError: HttpRequestError.NameResolutionError } or { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            attempt with { Error = "The name of the host is not known." },
        { InnerException: SocketException } => attempt with { Error = "No connection came about." },
        _ => attempt with { Error = $"The receiver gave no answer that is HTTP ({fault.HttpRequestError})." },
    };
}
