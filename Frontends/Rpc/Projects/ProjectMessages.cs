using Google.Protobuf.WellKnownTypes;
using Granary.Projects;
using Granary.V1;

namespace Granary.Frontends.Rpc.Projects;

/// <summary>Projects and members as the API shows them.</summary>
internal static class ProjectMessages
{
    public static Project From(ProjectInfo project) => new()
    {
        Key = project.Key.Value,
        DisplayName = project.DisplayName,
        Public = project.IsPublic,
        CreatedAt = Timestamp.FromDateTimeOffset(project.CreatedAt),
    };

    public static Member From(ProjectMember member) => new()
    {
        User = member.User.Value,
        UserId = member.UserId.ToString("D"),
        Role = member.Role switch
        {
            ProjectRole.Viewer => "viewer",
            ProjectRole.Member => "member",
            ProjectRole.Admin => "admin",
            _ => "",
        },
    };
}
