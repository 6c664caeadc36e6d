using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Paging;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Users;

/// <summary>The calls on a user's access tokens.</summary>
internal sealed partial class GrpcUserService
{
    public override async Task<CreateTokenResponse> CreateToken(CreateTokenRequest request, ServerCallContext context)
    {
        var user = grains.GetUser(Arguments.User(request.User));
        var secret = AccessToken.Generate();
        var token = new NewAccessToken(
            AccessToken.Hash(secret), Arguments.Scope(request.Scope), Arguments.Time(request.ExpiresAt), request.Description);
        var info = await user.AddTokenAsync(Caller, token, context.CancellationToken).OrRefuse();
        return new CreateTokenResponse { Token = secret, Info = UserMessages.From(info) };
    }

    public override async Task<ListTokensResponse> ListTokens(ListTokensRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var tokens = await grains.GetUser(Arguments.User(request.User)).ListTokensAsync(Caller, page, context.CancellationToken).OrRefuse();
        return new ListTokensResponse
        {
            Tokens = { tokens.Items.Select(UserMessages.From) },
            NextPageToken = PageToken.Encode(tokens.NextAfter),
        };
    }

    public override async Task<RevokeTokenResponse> RevokeToken(RevokeTokenRequest request, ServerCallContext context)
    {
        var id = Arguments.TokenId(request.TokenId);
        await grains.GetUser(Arguments.User(request.User)).RevokeTokenAsync(Caller, id, context.CancellationToken).OrRefuse();
        return new RevokeTokenResponse();
    }
}
