using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Paging;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Users;

/// <summary>The calls on a user's SSH keys.</summary>
internal sealed partial class GrpcUserService
{
    public override async Task<AddKeyResponse> AddKey(AddKeyRequest request, ServerCallContext context)
    {
        var name = Arguments.User(request.User);
        if (!SshPublicKeyParser.TryParse(request.PublicKey, out var key, out var fault)) throw Arguments.Invalid(fault, "public_key");
        var title = request.Title.Length > 0 ? request.Title : key.Comment;
        var added = await grains.GetUser(name).AddKeyAsync(Caller, key, title, context.CancellationToken).OrRefuse();
        return new AddKeyResponse { Key = UserMessages.From(added) };
    }

    public override async Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var keys = await grains.GetUser(Arguments.User(request.User)).ListKeysAsync(Caller, page, context.CancellationToken).OrRefuse();
        return new ListKeysResponse
        {
            Keys = { keys.Items.Select(UserMessages.From) },
            NextPageToken = PageToken.Encode(keys.NextAfter),
        };
    }

    public override async Task<RemoveKeyResponse> RemoveKey(RemoveKeyRequest request, ServerCallContext context)
    {
        // In a path that takes the rest of the URL, ASP.NET leaves an escaped slash as it came.
        var fingerprint = request.Fingerprint.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        await grains.GetUser(Arguments.User(request.User)).RemoveKeyAsync(Caller, fingerprint, context.CancellationToken).OrRefuse();
        return new RemoveKeyResponse();
    }
}
