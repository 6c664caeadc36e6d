using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Login;
using Granary.Frontends.Rpc.Paging;
using Granary.V1;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Rpc.Users;

/// <summary>The calls that read users; the others are in the files beside it.</summary>
internal sealed partial class GrpcUserService(
    IGrainFactory grains, CurrentCaller current, IPasswordHasher passwords, IOptions<RpcOptions> options) : UserService.UserServiceBase
{
    private Caller Caller => current.Caller;

    public override async Task<GetMyselfResponse> GetMyself(GetMyselfRequest request, ServerCallContext context)
    {
        var name = Caller.User ?? throw new LoginRefusedException("This call needs the login of a user.");
        return new GetMyselfResponse { User = await FindAsync(name, context.CancellationToken) };
    }

    public override async Task<GetUserResponse> GetUser(GetUserRequest request, ServerCallContext context) =>
        new() { User = await FindAsync(Arguments.User(request.User), context.CancellationToken) };

    public override async Task<ListUsersResponse> ListUsers(ListUsersRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken, request.Prefix);
        var names = await grains.GetDirectory(IDirectoryGrain.Users).ListAsync(page, context.CancellationToken);
        var users = await Pages.LookUpAsync(
            names.Items, options.Value.ListParallelism, name => LookUpAsync(name, context.CancellationToken), context.CancellationToken);
        return new ListUsersResponse
        {
            Users = { users.Select(user => UserMessages.From(user, Caller)) },
            NextPageToken = PageToken.Encode(names.NextAfter),
        };
    }

    private async Task<User> FindAsync(UserName name, CancellationToken cancellationToken)
    {
        var user = await grains.GetUser(name).GetInfoAsync(cancellationToken)
            ?? throw new RefusedException(new Refusal(RefusalKind.NotFound, $"There is no user '{name}'."));
        return UserMessages.From(user, Caller);
    }

    private async Task<UserInfo?> LookUpAsync(string name, CancellationToken cancellationToken) =>
        UserName.TryParse(name, out var parsed, out _) ? await grains.GetUser(parsed).GetInfoAsync(cancellationToken) : null;
}
