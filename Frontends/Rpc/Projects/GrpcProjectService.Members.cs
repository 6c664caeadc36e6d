using Granary.Frontends.Rpc.Errors;
using Granary.Frontends.Rpc.Paging;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Projects;

/// <summary>The calls on a project's members.</summary>
internal sealed partial class GrpcProjectService
{
    public override async Task<SetMemberResponse> SetMember(SetMemberRequest request, ServerCallContext context)
    {
        var (user, role) = (Arguments.User(request.User), Arguments.Role(request.Role));
        var member = await Grain(request.Project).SetMemberAsync(Caller, user, role, context.CancellationToken).OrRefuse();
        return new SetMemberResponse { Member = ProjectMessages.From(member) };
    }

    public override async Task<RemoveMemberResponse> RemoveMember(RemoveMemberRequest request, ServerCallContext context)
    {
        var user = Arguments.User(request.User);
        await Grain(request.Project).RemoveMemberAsync(Caller, user, context.CancellationToken).OrRefuse();
        return new RemoveMemberResponse();
    }

    public override async Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context)
    {
        var page = Pages.Request(request.PageSize, request.PageToken);
        var members = await Grain(request.Project).ListMembersAsync(Caller, page, context.CancellationToken).OrRefuse();
        return new ListMembersResponse
        {
            Members = { members.Items.Select(ProjectMessages.From) },
            NextPageToken = PageToken.Encode(members.NextAfter),
        };
    }
}
