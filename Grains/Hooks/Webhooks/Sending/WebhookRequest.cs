using System.Net;
using System.Net.Http.Headers;
using Granary.Hooks.Webhooks;

namespace Granary.Grains.Hooks.Webhooks.Sending;

/// <summary>What is posted to a receiver; a redirect makes the same request anew for another place.</summary>
internal sealed class WebhookRequest(StoredHook hook, WebhookDelivery delivery, byte[] body)
{
    private const string Agent = "Granary-Webhook/1";

    public Uri Start { get; } = new(hook.Url);

    public bool VerifyTls => hook.VerifyTls;

    /// <summary>Headers of the user's own may hold a login: they go to nobody but the server that they were given for.</summary>
    public HttpRequestMessage To(Uri place)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, place) { Version = HttpVersion.Version11, Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        message.Headers.TryAddWithoutValidation("User-Agent", Agent);
        message.Headers.TryAddWithoutValidation("Accept", "*/*");
        message.Headers.TryAddWithoutValidation("X-Granary-Event", WebhookEventNames.NameOf(delivery.Event));
        message.Headers.TryAddWithoutValidation("X-Granary-Delivery", delivery.Id.ToString());
        message.Headers.TryAddWithoutValidation("X-Granary-Webhook", hook.Id.ToString());
        if (hook.Secret.Length > 0) message.Headers.TryAddWithoutValidation("X-Granary-Signature-256", WebhookSignature.Of(hook.Secret, body));
        if (!IsOfStart(place)) return message;
        foreach (var (name, value) in hook.Headers) message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    /// <summary>For the log: of the user's own headers the names.</summary>
    public IReadOnlyList<string> Describe(HttpRequestMessage message)
    {
        var secret = hook.Headers.Select(static h => h.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. message.Headers.NonValidated.Concat(message.Content!.Headers.NonValidated)
                .Select(h => $"{h.Key}: {(secret.Contains(h.Key) ? "(not shown)" : h.Value.ToString())}"),
        ];
    }

    private bool IsOfStart(Uri place) => place.Scheme == Start.Scheme && place.Authority == Start.Authority;
}
