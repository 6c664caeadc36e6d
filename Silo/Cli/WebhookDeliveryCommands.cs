using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary webhook deliveries</c>, <c>delivery</c> and <c>redeliver</c>: the delivery log.</summary>
internal static class WebhookDeliveryCommands
{
    private const int PageSize = 100;

    public static IEnumerable<Command> Create(CommandSet set, Argument<WebhookOwner> owner, Argument<string> id)
    {
        var delivery = new Argument<string>("delivery") { Description = "As the list of deliveries shows it." };
        var limit = new Option<int>("--limit") { Description = "The most deliveries to show.", HelpName = "count", DefaultValueFactory = static _ => 30 };
        yield return set.Define("deliveries", "Lists deliveries, the latest first.", call => ListAsync(call, call.Get(owner), call.Get(id), call.Get(limit)), owner, id, limit);
        yield return set.Define("delivery", "Shows a delivery with its attempts.", call => ShowAsync(call, call.Get(owner), call.Get(id), call.Get(delivery)), owner, id, delivery);
        yield return set.Define("redeliver", "Sends a delivery again now.", call => RedeliverAsync(call, call.Get(owner), call.Get(id), call.Get(delivery)), owner, id, delivery);
    }

    private static async Task ListAsync(Invocation call, WebhookOwner owner, string id, int limit)
    {
        var all = new List<WebhookDelivery>();
        var token = "";
        do
        {
            var request = new ListDeliveriesRequest
            {
                Project = owner.Project,
                Repository = owner.Repository,
                WebhookId = id,
                PageSize = Math.Clamp(limit - all.Count, 1, PageSize),
                PageToken = token,
            };
            var page = await call.Webhooks.ListDeliveriesAsync(request, cancellationToken: call.Cancellation);
            all.AddRange(page.Deliveries);
            token = page.NextPageToken;
        }
        while (token.Length > 0 && all.Count < limit);
        call.Output.List(all, ["DELIVERY", "EVENT", "SEQUENCE", "CREATED", "STATE", "ATTEMPTS", "NEXT"], static d =>
        [
            d.DeliveryId, d.Event, d.Sequence > 0 ? Number(d.Sequence) : "-", Output.Time(d.CreatedAt), d.State.ToString().ToLowerInvariant(),
            Number(d.AttemptCount), d.NextAttemptAt is null ? "-" : Output.Time(d.NextAttemptAt),
        ]);
    }

    private static async Task ShowAsync(Invocation call, WebhookOwner owner, string id, string delivery)
    {
        var request = new GetDeliveryRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id, DeliveryId = delivery };
        var found = await call.Webhooks.GetDeliveryAsync(request, cancellationToken: call.Cancellation);
        List<(string, string)> lines =
        [
            ("Delivery", found.Delivery.DeliveryId), ("Event", found.Delivery.Event), ("State", found.Delivery.State.ToString().ToLowerInvariant()),
            ("Payload", found.Payload),
        ];
        foreach (var attempt in found.Attempts)
        {
            lines.Add(($"Attempt {Number(attempt.Number)}", $"{Output.Time(attempt.StartedAt)}, {Number(attempt.Milliseconds)} ms, {What(attempt)}"));
            if (attempt.ResponseBody.Length > 0) lines.Add(("  answer", attempt.ResponseBody));
        }

        call.Output.Show(found, [.. lines]);
    }

    private static async Task RedeliverAsync(Invocation call, WebhookOwner owner, string id, string delivery)
    {
        var request = new RedeliverDeliveryRequest { Project = owner.Project, Repository = owner.Repository, WebhookId = id, DeliveryId = delivery };
        var sent = (await call.Webhooks.RedeliverDeliveryAsync(request, cancellationToken: call.Cancellation)).Delivery;
        call.Output.Done(sent, $"Delivery {sent.DeliveryId} is sent again.");
    }

    private static string What(WebhookAttempt attempt) =>
        attempt.Error.Length > 0 ? attempt.Error : $"answered with status {Number(attempt.Status)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
