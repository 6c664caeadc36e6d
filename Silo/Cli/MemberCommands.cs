using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary member …</c></summary>
internal static class MemberCommands
{
    public static Command Create(CommandSet set)
    {
        var project = new Argument<string>("project") { Description = "The key of the project, for example DEMO." };
        var user = new Argument<string>("user") { Description = "The name of the user." };
        var role = new Argument<string>("role") { Description = "viewer (reads), member (also pushes) or admin (also administers)." };
        role.AcceptOnlyFromAmong("viewer", "member", "admin");
        return new Command("member", "Members of projects and their roles.")
        {
            set.Define("set", "Gives a user a role in a project.", SetAsync, project, user, role),
            set.Define("remove", "Takes a user's role in a project away.", RemoveAsync, project, user),
            set.Define("list", "Lists the members of a project.", call => ListAsync(call, call.Get(project)), project),
        };

        async Task SetAsync(Invocation call)
        {
            var request = new SetMemberRequest { Project = call.Get(project), User = call.Get(user), Role = call.Get(role) };
            var member = (await call.Projects.SetMemberAsync(request, cancellationToken: call.Cancellation)).Member;
            call.Output.Done(member, $"'{member.User}' is now {member.Role} of '{request.Project}'.");
        }

        async Task RemoveAsync(Invocation call)
        {
            var request = new RemoveMemberRequest { Project = call.Get(project), User = call.Get(user) };
            var response = await call.Projects.RemoveMemberAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response, $"'{request.User}' has no role in '{request.Project}' any more.");
        }
    }

    private static async Task ListAsync(Invocation call, string project)
    {
        var members = await Listing.AllAsync<Member>(async token =>
        {
            var request = new ListMembersRequest { Project = project, PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Projects.ListMembersAsync(request, cancellationToken: call.Cancellation);
            return (page.Members, page.NextPageToken);
        });
        call.Output.List(members, ["USER", "ROLE"], member => [member.User, member.Role]);
    }
}
