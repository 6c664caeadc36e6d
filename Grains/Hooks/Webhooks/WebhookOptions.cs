namespace Granary.Grains.Hooks.Webhooks;

/// <summary>Webhooks: section <c>Granary:Hooks:Webhook</c>, which also has <c>MaxLocalWorkers</c>, the attempts at once on a silo.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Granary:Hooks:Webhook";

    /// <summary>Networks in CIDR form that may be connected to although private, loopback or otherwise reserved. Default none.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>How long an attempt may take in all, from the look-up of the name to the end of the answer. Default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Redirects of one attempt that are followed. Default 3.</summary>
    public int MaxRedirects { get; set; } = 3;

    /// <summary>Bytes of an answer's body that are read. Default 64 KiB.</summary>
    public int MaxResponseBody { get; set; } = 64 * 1024;

    /// <summary>Attempts at once to one host and port on a silo; one that timed out gets one at a time. Default 2.</summary>
    public int MaxPerHost { get; set; } = 2;

    /// <summary>The pause after the first failed try of a delivery; it doubles with each further one. Default 10 s.</summary>
    public TimeSpan MinRetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between two tries. Default 2 h.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Failed tries after which a delivery is given up. Default 12, which takes about six hours.</summary>
    public int MaxTries { get; set; } = 12;

    /// <summary>Failures in a row after which the receiver is only probed. Default 5.</summary>
    public int BreakerFailures { get; set; } = 5;

    /// <summary>The pause before the first probe; it doubles with each that fails. Default 30 s.</summary>
    public TimeSpan MinProbeDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between two probes. Default 30 min.</summary>
    public TimeSpan MaxProbeDelay { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a receiver must have failed without a break until its webhook is switched off. Default 5 days.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>Deliveries of one webhook that wait at once; what comes then stays in the journal until there is room. Default 1000.</summary>
    public int MaxWaiting { get; set; } = 1000;

    /// <summary>Refs in one payload; of more the first, and the count. Default 1000.</summary>
    public int MaxChanges { get; set; } = 1000;

    /// <summary>How long deliveries that ended stay in the log. Default 7 days.</summary>
    public TimeSpan LogAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Deliveries of one webhook in the log, at most. Default 1000.</summary>
    public int MaxLogged { get; set; } = 1000;

    /// <summary>Attempts of one delivery in the log: the latest. Default 20.</summary>
    public int MaxLoggedAttempts { get; set; } = 20;

    /// <summary>How often the log is cut to its bounds. Default 10 min.</summary>
    public TimeSpan PrunePeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Webhooks of one repository, and of one project beside those of its repositories. Default 50.</summary>
    public int MaxWebhooks { get; set; } = 50;

    /// <summary>How long to look at the due table at the latest, when nobody tells of anything new. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Where clients reach the server; set by the host.</summary>
    public string PublicUrl { get; set; } = "";
}
