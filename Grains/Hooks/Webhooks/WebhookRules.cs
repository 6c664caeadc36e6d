using Granary.Hooks.Webhooks;
using Granary.Repositories.Policy;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>What users may choose of a webhook.</summary>
internal static class WebhookRules
{
    private const int MaxUrlLength = 2048;
    private const int MaxSecretLength = 256;
    private const int MaxPatterns = 20;
    private const int MaxHeaders = 20;
    private const int MaxHeaderNameLength = 64;
    private const int MaxHeaderValueLength = 1024;

    /// <summary>What the server sets itself, what speaks of the connection, and what would make a proxy or a receiver read another request.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Forwarded", "Host", "HTTP2-Settings", "Keep-Alive",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Via",
    };

    private static readonly string[] ReservedBeginnings = ["Proxy-", "X-Granary-", "X-Forwarded-", "Sec-", ":"];

    /// <summary>Null: all that is given is good.</summary>
    public static Refusal? Refuse(WebhookSettings settings)
    {
        var fault = (settings.Url is { } url ? UrlFault(url) : null)
            ?? (settings.Secret is { } secret ? SecretFault(secret) : null)
            ?? (settings.Events is WebhookEvents.None ? "A webhook needs at least one event." : null)
            ?? (settings.RefPatterns is { } patterns ? PatternsFault(patterns) : null)
            ?? (settings.Headers is { } headers ? HeadersFault(headers) : null);
        return fault is null ? null : new Refusal(RefusalKind.InvalidArgument, fault);
    }

    /// <summary>In full, as they are stored.</summary>
    public static IReadOnlyList<string> Normalise(IReadOnlyList<string> patterns) =>
        [.. patterns.Select(static p => RefPattern.TryParse(p, out var pattern, out _) ? pattern.Value : p).Distinct(StringComparer.Ordinal)];

    /// <summary>What attempts are counted by: scheme apart, the place of a connection.</summary>
    public static string HostOf(string url)
    {
        var uri = new Uri(url);
        return $"{uri.IdnHost.ToLowerInvariant()}:{uri.Port}";
    }

    private static string? UrlFault(string url)
    {
        if (url.Length is 0 or > MaxUrlLength) return $"The URL of a webhook has 1 to {MaxUrlLength} characters.";
        if (url.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c))) return "The URL of a webhook has no blanks or control characters.";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
            return "The URL of a webhook begins with http:// or https:// and a host.";
        if (uri.UserInfo.Length > 0) return "The URL of a webhook may not hold a user or password; use a header of your own such as 'Authorization'.";
        return uri.Fragment.Length > 0 ? "The URL of a webhook has no '#'." : null;
    }

    private static string? SecretFault(string secret) =>
        secret.Length > MaxSecretLength ? $"A secret has at most {MaxSecretLength} characters."
        : secret.Any(char.IsControl) ? "A secret has no control characters." : null;

    private static string? PatternsFault(IReadOnlyList<string> patterns)
    {
        if (patterns.Count > MaxPatterns) return $"A webhook has at most {MaxPatterns} ref patterns.";
        foreach (var text in patterns)
        {
            if (!RefPattern.TryParse(text, out _, out var fault)) return fault;
        }

        return null;
    }

    private static string? HeadersFault(IReadOnlyList<WebhookHeader> headers)
    {
        if (headers.Count > MaxHeaders) return $"A webhook has at most {MaxHeaders} headers of its own.";
        if (headers.DistinctBy(static h => h.Name, StringComparer.OrdinalIgnoreCase).Count() != headers.Count) return "A header may be given once only.";
        foreach (var (name, value) in headers)
        {
            if (name.Length is 0 or > MaxHeaderNameLength || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                return $"The name of a header has 1 to {MaxHeaderNameLength} letters, digits, '-' and '_'.";
            if (Reserved.Contains(name) || ReservedBeginnings.Any(b => name.StartsWith(b, StringComparison.OrdinalIgnoreCase)))
                return $"The header '{name}' is not for users to set.";
            if (value.Length > MaxHeaderValueLength || !value.All(static c => c is >= ' ' and <= '~'))
                return $"The value of a header has at most {MaxHeaderValueLength} printable ASCII characters.";
        }

        return null;
    }
}
