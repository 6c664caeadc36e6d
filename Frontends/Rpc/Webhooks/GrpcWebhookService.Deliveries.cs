using System.Globalization;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Paging;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Webhooks;

internal sealed partial class GrpcWebhookService
{
    public override async Task<ListDeliveriesResponse> ListDeliveries(ListDeliveriesRequest request, ServerCallContext context)
    {
        var (id, page) = (Id(request.WebhookId), Pages.Request(request.PageSize, request.PageToken));
        long? before = null;
        if (page.After is { } after)
        {
            before = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                ? place
                : throw Arguments.Invalid("This page token is not one that the server gave; begin again with an empty one.", "page_token");
        }

        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var found = await webhooks.ListDeliveriesAsync(owner, id, page.Size, before, context.CancellationToken).OrRefuse();
        return new ListDeliveriesResponse
        {
            Deliveries = { found.Deliveries.Select(WebhookMessages.From) },
            NextPageToken = PageToken.Encode(found.NextBefore?.ToString(CultureInfo.InvariantCulture)),
        };
    }

    public override async Task<GetDeliveryResponse> GetDelivery(GetDeliveryRequest request, ServerCallContext context)
    {
        var (id, delivery) = (Id(request.WebhookId), DeliveryId(request.DeliveryId));
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        return WebhookMessages.From(await webhooks.GetDeliveryAsync(owner, id, delivery, context.CancellationToken).OrRefuse());
    }

    public override async Task<RedeliverDeliveryResponse> RedeliverDelivery(RedeliverDeliveryRequest request, ServerCallContext context)
    {
        var (id, delivery) = (Id(request.WebhookId), DeliveryId(request.DeliveryId));
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var sent = await webhooks.RedeliverAsync(owner, id, delivery, context.CancellationToken).OrRefuse();
        return new RedeliverDeliveryResponse { Delivery = WebhookMessages.From(sent) };
    }

    private static Guid DeliveryId(string text) =>
        Guid.TryParse(text, out var id) ? id : throw Arguments.Invalid("A delivery's id is a GUID; the list of deliveries shows it.");
}
