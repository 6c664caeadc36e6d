using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary>What can be chosen of a webhook.</summary>
internal sealed class WebhookSettingOptions
{
    private readonly Option<string> _secretFile = new("--secret-file")
    {
        Description = "File with the secret that signs deliveries, '-' for standard input.",
        HelpName = "file",
    };

    private readonly Option<bool> _noSecret = new("--no-secret") { Description = "Deliveries are not signed." };

    private readonly Option<string[]> _headerFiles = new("--header-file")
    {
        Description = "File with a line 'Name: value' for each header of one's own, '-' for standard input.",
        HelpName = "file",
    };

    public Option<string> Url { get; } = new("--url") { Description = "Where deliveries are posted to.", HelpName = "url" };

    public Option<string[]> Events { get; } = new("--event")
    {
        Description = "push, branch-created, branch-deleted, tag-created, tag-deleted or repository-renamed; may be repeated. By default push.",
        HelpName = "name",
    };

    public Option<string[]> Refs { get; } = new("--ref") { Description = "Only refs that this pattern matches, such as 'main' or 'refs/tags/**'; may be repeated.", HelpName = "pattern" };

    public Option<bool?> VerifyTls { get; } = new("--verify-tls") { Description = "Whether the receiver's certificate must be good: true or false.", HelpName = "bool" };

    public Option<bool?> Active { get; } = new("--active") { Description = "Whether anything is sent: true or false.", HelpName = "bool" };

    /// <summary>Without the URL.</summary>
    public IReadOnlyList<Symbol> All => [Events, Refs, _secretFile, _noSecret, _headerFiles, VerifyTls, Active];

    /// <summary>Never an argument: those are seen by everybody on the machine. Null: not given.</summary>
    public string? ReadSecret(Invocation call) => call.Get(_noSecret) ? ""
        : call.Get(_secretFile) is { } file ? Passwords.ReadFile(file, call.Terminal) : null;

    public IReadOnlyList<WebhookHeader>? ReadHeaders(Invocation call)
    {
        if (call.Get(_headerFiles) is not { Length: > 0 } files) return null;
        var headers = new List<WebhookHeader>();
        foreach (var line in files.SelectMany(file => TextFiles.Read(file, call.Terminal).Split('\n')).Select(static l => l.Trim()).Where(static l => l.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) throw new UsageException("A line of a header file is not 'Name: value'.");
            headers.Add(new WebhookHeader { Name = line[..colon].Trim(), Value = line[(colon + 1)..].Trim() });
        }

        return headers;
    }
}
