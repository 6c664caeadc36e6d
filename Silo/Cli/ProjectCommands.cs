using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary project …</c></summary>
internal static class ProjectCommands
{
    public static Command Create(CommandSet set)
    {
        var key = new Argument<string>("project") { Description = "The key of the project, for example DEMO." };
        return new Command("project", "Projects, which hold repositories.")
        {
            Create(set, key),
            set.Define("list", "Lists the projects.", ListAsync),
            set.Define("show", "Shows a project.", call => ShowAsync(call, call.Get(key)), key),
            Update(set, key),
            set.Define("delete", "Deletes an empty project.", call => DeleteAsync(call, call.Get(key)), key),
        };
    }

    private static Command Create(CommandSet set, Argument<string> key)
    {
        var isPublic = new Option<bool>("--public") { Description = "Anybody may read it, without a login." };
        var displayName = DisplayName();
        return set.Define("create", "Makes a project.", CreateAsync, key, isPublic, displayName);

        async Task CreateAsync(Invocation call)
        {
            var request = new CreateProjectRequest
            {
                Key = call.Get(key),
                Public = call.Get(isPublic),
                DisplayName = call.Get(displayName) ?? "",
            };
            var response = await call.Projects.CreateProjectAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response.Project, $"Project '{response.Project.Key}' was made.");
        }
    }

    private static Command Update(CommandSet set, Argument<string> key)
    {
        var isPublic = new Option<bool?>("--public") { Description = "Whether anybody may read it.", HelpName = "true|false" };
        var displayName = DisplayName();
        return set.Define("update", "Changes a project.", UpdateAsync, key, isPublic, displayName);

        async Task UpdateAsync(Invocation call)
        {
            var request = new UpdateProjectRequest { Project = call.Get(key) };
            if (call.Get(isPublic) is { } newPublic) request.Public = newPublic;
            if (call.Get(displayName) is { } newDisplayName) request.DisplayName = newDisplayName;
            var response = await call.Projects.UpdateProjectAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response.Project, $"Project '{response.Project.Key}' was changed.");
        }
    }

    private static async Task ListAsync(Invocation call)
    {
        var projects = await Listing.AllAsync<Project>(async token =>
        {
            var request = new ListProjectsRequest { PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Projects.ListProjectsAsync(request, cancellationToken: call.Cancellation);
            return (page.Projects, page.NextPageToken);
        });
        call.Output.List(projects, ["KEY", "DISPLAY NAME", "PUBLIC", "CREATED"], project =>
            [project.Key, project.DisplayName, Output.YesNo(project.Public), Output.Time(project.CreatedAt)]);
    }

    private static async Task ShowAsync(Invocation call, string key)
    {
        var project = (await call.Projects.GetProjectAsync(new GetProjectRequest { Project = key }, cancellationToken: call.Cancellation)).Project;
        call.Output.Show(
            project,
            ("Key", project.Key),
            ("Display name", project.DisplayName),
            ("Public", Output.YesNo(project.Public)),
            ("Created", Output.Time(project.CreatedAt)));
    }

    private static async Task DeleteAsync(Invocation call, string key)
    {
        var response = await call.Projects.DeleteProjectAsync(new DeleteProjectRequest { Project = key }, cancellationToken: call.Cancellation);
        call.Output.Done(response, $"Project '{key}' was deleted.");
    }

    private static Option<string> DisplayName() => new("--display-name") { Description = "The name for people.", HelpName = "text" };
}
