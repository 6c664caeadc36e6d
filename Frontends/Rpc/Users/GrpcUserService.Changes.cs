using Granary.Accounts;
using Granary.Frontends.Rpc.Errors;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Users;

/// <summary>The calls that change users.</summary>
internal sealed partial class GrpcUserService
{
    public override async Task<CreateUserResponse> CreateUser(CreateUserRequest request, ServerCallContext context)
    {
        var name = Arguments.User(request.Name);
        var password = request.HasPassword ? await passwords.HashAsync(request.Password, context.CancellationToken).OrRefuse() : null;
        var user = new NewUser(name, password, request.DisplayName, request.Email, request.Administrator);
        var created = await grains.GetUser(name).CreateAsync(Caller, user, context.CancellationToken).OrRefuse();
        return new CreateUserResponse { User = UserMessages.From(created, Caller) };
    }

    public override async Task<UpdateUserResponse> UpdateUser(UpdateUserRequest request, ServerCallContext context)
    {
        var changes = new UserChanges(
            request.HasDisplayName ? request.DisplayName : null,
            request.HasEmail ? request.Email : null,
            request.HasAdministrator ? request.Administrator : null,
            request.HasDisabled ? request.Disabled : null);
        var user = await grains.GetUser(Arguments.User(request.User)).UpdateAsync(Caller, changes, context.CancellationToken).OrRefuse();
        return new UpdateUserResponse { User = UserMessages.From(user, Caller) };
    }

    public override async Task<DeleteUserResponse> DeleteUser(DeleteUserRequest request, ServerCallContext context)
    {
        await grains.GetUser(Arguments.User(request.User)).DeleteAsync(Caller, context.CancellationToken).OrRefuse();
        return new DeleteUserResponse();
    }

    public override async Task<SetPasswordResponse> SetPassword(SetPasswordRequest request, ServerCallContext context)
    {
        var name = Arguments.User(request.User);
        var password = await passwords.HashAsync(request.Password, context.CancellationToken).OrRefuse();
        await grains.GetUser(name).SetPasswordAsync(Caller, password, context.CancellationToken).OrRefuse();
        return new SetPasswordResponse();
    }
}
