using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary webhook …</c>: webhooks of a project (<c>DEMO</c>) or a repository (<c>DEMO/hello</c>).</summary>
internal static class WebhookCommands
{
    public static Command Create(CommandSet set)
    {
        var owner = WebhookOwner.Argument();
        var id = new Argument<string>("id") { Description = "As the list shows it." };
        var settings = new WebhookSettingOptions();
        var url = new Argument<string>("url") { Description = "Where deliveries are posted to." };
        var since = new Option<long>("--since") { Description = "The sequence number of the first push.", HelpName = "number", Required = true };
        var repository = new Option<string>("--repository") { Description = "Of a project's webhook: the repository whose pushes are meant.", HelpName = "name" };
        var command = new Command("webhook", "Webhooks of a repository or a project.")
        {
            set.Define("create", "Makes a webhook.", call => CreateAsync(call, call.Get(owner), call.Get(url), settings), [owner, url, .. settings.All]),
            set.Define("list", "Lists the webhooks.", call => ListAsync(call, call.Get(owner)), owner),
            set.Define("show", "Shows a webhook.", call => ShowAsync(call, call.Get(owner), call.Get(id)), owner, id),
            set.Define("update", "Changes a webhook; what is not given stays as it is.", call => UpdateAsync(call, call.Get(owner), call.Get(id), settings), [owner, id, settings.Url, .. settings.All]),
            set.Define("delete", "Removes a webhook with its deliveries.", call => DeleteAsync(call, call.Get(owner), call.Get(id)), owner, id),
            set.Define("ping", "Sends a ping now.", call => PingAsync(call, call.Get(owner), call.Get(id)), owner, id),
            set.Define("replay", "Sends again what was pushed from a sequence number on.", call => ReplayAsync(call, call.Get(owner), call.Get(id), call.Get(since), call.Get(repository) ?? ""), owner, id, since, repository),
        };
        foreach (var delivery in WebhookDeliveryCommands.Create(set, owner, id)) command.Add(delivery);
        return command;
    }

    private static async Task CreateAsync(Invocation call, WebhookOwner owner, string url, WebhookSettingOptions settings)
    {
        var request = new CreateWebhookRequest
        {
            Project = owner.Project,
            Repository = owner.Repository,
            Url = url,
            Secret = settings.ReadSecret(call) ?? "",
            Events = { call.Get(settings.Events) ?? [] },
            RefPatterns = { call.Get(settings.Refs) ?? [] },
            Headers = { settings.ReadHeaders(call) ?? [] },
        };
        if (call.Get(settings.VerifyTls) is { } verify) request.VerifyTls = verify;
        if (call.Get(settings.Active) is { } active) request.Active = active;
        var made = (await call.Webhooks.CreateWebhookAsync(request, cancellationToken: call.Cancellation)).Webhook;
        call.Output.Done(made, $"Webhook {made.WebhookId} of '{owner}' posts to {made.Url}.");
    }

    private static async Task ListAsync(Invocation call, WebhookOwner owner)
    {
        var hooks = await Listing.AllAsync(async token =>
        {
            var request = new ListWebhooksRequest { Project = owner.Project, Repository = owner.Repository, PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Webhooks.ListWebhooksAsync(request, cancellationToken: call.Cancellation);
            return ((IEnumerable<Webhook>)page.Webhooks, page.NextPageToken);
        });
        call.Output.List(hooks, ["ID", "STATE", "WAITING", "EVENTS", "URL", "NOTICE"], static hook =>
            [hook.WebhookId, StateOf(hook), Number(hook.Waiting), string.Join(',', hook.Events), hook.Url, hook.Notice]);
    }

    private static async Task ShowAsync(Invocation call, WebhookOwner owner, string id)
    {
        var request = new GetWebhookRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id };
        var hook = (await call.Webhooks.GetWebhookAsync(request, cancellationToken: call.Cancellation)).Webhook;
        call.Output.Show(
            hook,
            ("Id", hook.WebhookId),
            ("URL", hook.Url),
            ("State", StateOf(hook)),
            ("Notice", hook.Notice.Length > 0 ? hook.Notice : "-"),
            ("Events", string.Join(", ", hook.Events)),
            ("Refs", hook.RefPatterns.Count > 0 ? string.Join(", ", hook.RefPatterns) : "all"),
            ("Signed", Output.YesNo(hook.HasSecret)),
            ("Verify TLS", Output.YesNo(hook.VerifyTls)),
            ("Headers", hook.HeaderNames.Count > 0 ? string.Join(", ", hook.HeaderNames) : "-"),
            ("Waiting", Number(hook.Waiting)),
            ("Failures", hook.Failures == 0 ? "0" : $"{Number(hook.Failures)} in a row since {Output.Time(hook.FailingSince)}"),
            ("Next probe", hook.NextProbeAt is null ? "-" : Output.Time(hook.NextProbeAt)),
            ("Created", $"{Output.Time(hook.CreatedAt)} by {(hook.CreatedBy.Length > 0 ? hook.CreatedBy : "the server")}"));
    }

    private static async Task UpdateAsync(Invocation call, WebhookOwner owner, string id, WebhookSettingOptions settings)
    {
        var request = new UpdateWebhookRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id };
        if (call.Get(settings.Url) is { } url) request.Url = url;
        if (settings.ReadSecret(call) is { } secret) request.Secret = secret;
        if (call.Get(settings.Events) is { Length: > 0 } events) request.Events = new WebhookEvents { Names = { events } };
        if (call.Get(settings.Refs) is { Length: > 0 } refs) request.RefPatterns = new WebhookRefPatterns { Patterns = { refs.Where(static r => r.Length > 0) } };
        if (settings.ReadHeaders(call) is { } headers) request.Headers = new WebhookHeaders { Headers = { headers } };
        if (call.Get(settings.VerifyTls) is { } verify) request.VerifyTls = verify;
        if (call.Get(settings.Active) is { } active) request.Active = active;
        var changed = (await call.Webhooks.UpdateWebhookAsync(request, cancellationToken: call.Cancellation)).Webhook;
        call.Output.Done(changed, $"Webhook {changed.WebhookId} of '{owner}' is changed.");
    }

    private static async Task DeleteAsync(Invocation call, WebhookOwner owner, string id)
    {
        var request = new DeleteWebhookRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id };
        call.Output.Done(await call.Webhooks.DeleteWebhookAsync(request, cancellationToken: call.Cancellation), $"Webhook {id} of '{owner}' is removed.");
    }

    private static async Task PingAsync(Invocation call, WebhookOwner owner, string id)
    {
        var request = new PingWebhookRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id };
        var ping = (await call.Webhooks.PingWebhookAsync(request, cancellationToken: call.Cancellation)).Delivery;
        call.Output.Done(ping, $"A ping is sent; 'granary webhook delivery {owner} {id} {ping.DeliveryId}' shows what comes of it.");
    }

    private static async Task ReplayAsync(Invocation call, WebhookOwner owner, string id, long since, string of)
    {
        var request = new ReplayWebhookRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id, Since = since, OfRepository = of };
        var begun = await call.Webhooks.ReplayWebhookAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(begun, begun.To < begun.From ? "There is nothing to replay." : $"What was pushed from {begun.From} to {begun.To} is sent again.");
    }

    private static string StateOf(Webhook hook) => hook.State.ToString().ToLowerInvariant();

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
