using Granary.Accounts;
using Granary.Grains.Hooks.Webhooks.Scheduling;
using Granary.Hooks.Webhooks;

namespace Granary.Grains.Hooks.Webhooks;

/// <summary>A webhook as it is stored, secrets included: never logged, never part of an answer.</summary>
internal sealed record StoredHook
{
    public required Guid Id { get; init; }

    public required WebhookOwner Owner { get; init; }

    public required string Url { get; init; }

    /// <summary>Empty: deliveries are not signed.</summary>
    public string Secret { get; init; } = "";

    public WebhookEvents Events { get; init; } = WebhookEvents.Push;

    public IReadOnlyList<string> RefPatterns { get; init; } = [];

    public IReadOnlyList<WebhookHeader> Headers { get; init; } = [];

    public bool VerifyTls { get; init; } = true;

    public bool IsActive { get; init; } = true;

    /// <summary>Why the server switched it off.</summary>
    public string? Notice { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public UserName? CreatedBy { get; init; }

    public ReceiverHealth Health { get; init; } = ReceiverHealth.Good;

    public string Host => WebhookRules.HostOf(Url);

    public Webhook ToInfo(int waiting) => new(
        Id, Owner, Url, Secret.Length > 0, Events, RefPatterns, [.. Headers.Select(static h => h.Name)], VerifyTls, State, Health.Failures,
        Health.FailingSince, IsActive ? Health.ProbeAt : null, waiting, Notice, CreatedAt, CreatedBy);

    public StoredHook With(WebhookSettings settings) => this with
    {
        Url = settings.Url ?? Url,
        Secret = settings.Secret ?? Secret,
        Events = settings.Events ?? Events,
        RefPatterns = settings.RefPatterns is { } patterns ? WebhookRules.Normalise(patterns) : RefPatterns,
        Headers = settings.Headers ?? Headers,
        VerifyTls = settings.VerifyTls ?? VerifyTls,
        IsActive = settings.IsActive ?? IsActive,
    };

    public override string ToString() => $"webhook {Id}";

    private WebhookState State => IsActive
        ? Health.IsOpen ? WebhookState.Waiting : WebhookState.Active
        : Notice is null ? WebhookState.Inactive : WebhookState.Disabled;
}
