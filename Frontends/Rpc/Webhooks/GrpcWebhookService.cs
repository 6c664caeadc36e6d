using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.Hooks.Webhooks;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Webhooks;

/// <summary>The webhooks of repositories and projects.</summary>
internal sealed partial class GrpcWebhookService(IWebhooks webhooks, WebhookOwners owners, CurrentCaller current) : WebhookService.WebhookServiceBase
{
    public override async Task<CreateWebhookResponse> CreateWebhook(CreateWebhookRequest request, ServerCallContext context)
    {
        var settings = WebhookMessages.Read(request);
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var made = await webhooks.CreateAsync(owner, settings, current.Caller.User, context.CancellationToken).OrRefuse();
        return new CreateWebhookResponse { Webhook = WebhookMessages.From(made) };
    }

    public override async Task<GetWebhookResponse> GetWebhook(GetWebhookRequest request, ServerCallContext context)
    {
        var id = Id(request.WebhookId);
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        return new GetWebhookResponse { Webhook = WebhookMessages.From(await webhooks.GetAsync(owner, id, context.CancellationToken).OrRefuse()) };
    }

    public override async Task<ListWebhooksResponse> ListWebhooks(ListWebhooksRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var found = await webhooks.ListAsync(owner, page, context.CancellationToken);
        return new ListWebhooksResponse { Webhooks = { found.Items.Select(WebhookMessages.From) }, NextPageToken = PageToken.Encode(found.NextAfter) };
    }

    public override async Task<UpdateWebhookResponse> UpdateWebhook(UpdateWebhookRequest request, ServerCallContext context)
    {
        var (id, changes) = (Id(request.WebhookId), WebhookMessages.Read(request));
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var changed = await webhooks.UpdateAsync(owner, id, changes, context.CancellationToken).OrRefuse();
        return new UpdateWebhookResponse { Webhook = WebhookMessages.From(changed) };
    }

    public override async Task<DeleteWebhookResponse> DeleteWebhook(DeleteWebhookRequest request, ServerCallContext context)
    {
        var id = Id(request.WebhookId);
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        await webhooks.DeleteAsync(owner, id, context.CancellationToken).OrRefuse();
        return new DeleteWebhookResponse();
    }

    public override async Task<PingWebhookResponse> PingWebhook(PingWebhookRequest request, ServerCallContext context)
    {
        var id = Id(request.WebhookId);
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var ping = await webhooks.PingAsync(owner, id, context.CancellationToken).OrRefuse();
        return new PingWebhookResponse { Delivery = WebhookMessages.From(ping) };
    }

    public override async Task<ReplayWebhookResponse> ReplayWebhook(ReplayWebhookRequest request, ServerCallContext context)
    {
        var id = Id(request.WebhookId);
        var owner = await owners.FindAsync(request.Project, request.Repository, context.CancellationToken);
        var repository = await owners.FindReplayedAsync(owner, request.OfRepository, context.CancellationToken);
        var begun = await webhooks.ReplayAsync(owner, id, repository, request.Since, context.CancellationToken).OrRefuse();
        return new ReplayWebhookResponse { From = begun.From, To = begun.To };
    }

    private static Guid Id(string text) => Guid.TryParse(text, out var id) ? id : throw Arguments.Invalid("A webhook's id is a GUID; the list of webhooks shows it.");
}
