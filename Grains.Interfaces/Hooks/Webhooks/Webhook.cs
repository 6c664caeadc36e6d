using Granary.Accounts;
using Granary.Projects;
using Granary.Repositories;

namespace Granary.Hooks.Webhooks;

/// <summary>Whose webhook it is: a repository's, or with null all repositories' of a project.</summary>
public sealed record WebhookOwner(ProjectKey Project, RepositoryId? Repository);

/// <summary>A header of one's own on each delivery. Values are secrets: they are never shown again.</summary>
public sealed record WebhookHeader(string Name, string Value)
{
    /// <summary>Without the value: records print their members.</summary>
    public override string ToString() => Name;
}

/// <summary>What users choose of a webhook; null leaves a setting as it is, or at its default.</summary>
/// <param name="Url">Where deliveries are posted to.</param>
/// <param name="Secret">The key of the signature; empty: none.</param>
/// <param name="Events">By default <see cref="WebhookEvents.Push"/>.</param>
/// <param name="RefPatterns">Only refs that one of them matches; empty: all. In the terms of <see cref="Repositories.Policy.RefPattern"/>.</param>
/// <param name="Headers">Headers of one's own.</param>
/// <param name="VerifyTls">Whether the receiver's certificate must be good; by default it must.</param>
/// <param name="IsActive">Whether anything is sent; by default it is.</param>
public sealed record WebhookSettings(
    string? Url = null, string? Secret = null, WebhookEvents? Events = null, IReadOnlyList<string>? RefPatterns = null,
    IReadOnlyList<WebhookHeader>? Headers = null, bool? VerifyTls = null, bool? IsActive = null)
{
    public override string ToString() => $"webhook to {Url}";
}

public enum WebhookState
{
    Active = 0,

    /// <summary>The last deliveries failed: the receiver is only probed, and gets what it missed once it answers.</summary>
    Waiting = 1,

    /// <summary>Switched off by a user.</summary>
    Inactive = 2,

    /// <summary>Switched off by the server, for the reason that <see cref="Webhook.Notice"/> gives.</summary>
    Disabled = 3,
}

/// <summary>A webhook as its administrators see it: secrets are not in it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Url">Where deliveries are posted to.</param>
/// <param name="HasSecret">Whether deliveries are signed.</param>
/// <param name="Events">What it tells of.</param>
/// <param name="RefPatterns">Only refs that one of them matches; empty: all.</param>
/// <param name="HeaderNames">Of the headers of one's own.</param>
/// <param name="VerifyTls">Whether the receiver's certificate must be good.</param>
/// <param name="State">Whether it works.</param>
/// <param name="Failures">Deliveries that failed in a row.</param>
/// <param name="FailingSince">When the first of these was.</param>
/// <param name="NextProbeAt">When a waiting one is tried again.</param>
/// <param name="Waiting">Deliveries to be made.</param>
/// <param name="Notice">What its administrators should know.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
public sealed record Webhook(
    Guid Id, WebhookOwner Owner, string Url, bool HasSecret, WebhookEvents Events, IReadOnlyList<string> RefPatterns,
    IReadOnlyList<string> HeaderNames, bool VerifyTls, WebhookState State, int Failures, DateTimeOffset? FailingSince,
    DateTimeOffset? NextProbeAt, int Waiting, string? Notice, DateTimeOffset CreatedAt, UserName? CreatedBy);
