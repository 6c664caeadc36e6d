using System.CommandLine;
using Granary.Silo.Cli.Imports;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary repo …</c></summary>
internal static class RepositoryCommands
{
    public static Command Create(CommandSet set)
    {
        var path = RepositoryPath.Argument();
        var command = new Command("repo", "Repositories of projects.")
        {
            Create(set, path),
            List(set),
            set.Define("show", "Shows a repository.", call => ShowAsync(call, call.Get(path)), path),
            Update(set, path),
            Rename(set, path),
            set.Define("delete", "Deletes a repository; it can be restored for some days.", call => DeleteAsync(call, call.Get(path)), path),
            RestoreCommand.Create(set),
            ImportCommand.Create(set),
            MaintainCommand.Create(set),
            ActivityCommand.Create(set),
        };
        foreach (var other in ProtectionCommands.Create(set, path).Concat(PolicyCommands.Create(set, path))) command.Add(other);
        return command;
    }

    private static Command Create(CommandSet set, Argument<RepositoryPath> path)
    {
        var (description, branch) = (Description(), DefaultBranch());
        return set.Define("create", "Makes an empty repository.", CreateAsync, path, description, branch);

        async Task CreateAsync(Invocation call)
        {
            var request = new CreateRepositoryRequest
            {
                Project = call.Get(path).Project,
                Name = call.Get(path).Repository,
                Description = call.Get(description) ?? "",
                DefaultBranch = call.Get(branch) ?? "",
            };
            var repository = (await call.Repositories.CreateRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
            call.Output.Done(repository, $"Repository '{repository.Project}/{repository.Name}' was made.");
        }
    }

    private static Command List(CommandSet set)
    {
        var project = new Argument<string>("project") { Description = "The key of the project, for example DEMO." };
        var deleted = new Option<bool>("--deleted") { Description = "Those that were deleted and can be restored." };
        return set.Define(
            "list",
            "Lists the repositories of a project.",
            call => call.Get(deleted) ? RestoreCommand.ListAsync(call, call.Get(project)) : ListAsync(call, call.Get(project)),
            project,
            deleted);
    }

    private static Command Update(CommandSet set, Argument<RepositoryPath> path)
    {
        var (description, branch) = (Description(), DefaultBranch());
        var archived = new Option<bool?>("--archived") { Description = "Whether read-only.", HelpName = "true|false" };
        var command = set.Define("update", "Changes the settings of a repository.", UpdateAsync, path, description, archived, branch);
        command.Aliases.Add("describe");
        return command;

        async Task UpdateAsync(Invocation call)
        {
            var request = new UpdateRepositoryRequest { Project = call.Get(path).Project, Repository = call.Get(path).Repository };
            if (call.Get(description) is { } newDescription) request.Description = newDescription;
            if (call.Get(archived) is { } newArchived) request.Archived = newArchived;
            if (call.Get(branch) is { } newBranch) request.DefaultBranch = newBranch;
            var repository = (await call.Repositories.UpdateRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
            call.Output.Done(repository, $"Repository '{repository.Project}/{repository.Name}' was changed.");
        }
    }

    private static Command Rename(CommandSet set, Argument<RepositoryPath> path)
    {
        var newName = new Argument<string>("new-name") { Description = "The new name, without the project." };
        return set.Define("rename", "Renames a repository; the old name goes on leading to it.", RenameAsync, path, newName);

        async Task RenameAsync(Invocation call)
        {
            var request = new RenameRepositoryRequest
            {
                Project = call.Get(path).Project,
                Repository = call.Get(path).Repository,
                NewName = call.Get(newName),
            };
            var repository = (await call.Repositories.RenameRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
            call.Output.Done(repository, $"Repository '{call.Get(path)}' is now '{repository.Project}/{repository.Name}'.");
        }
    }

    private static async Task ListAsync(Invocation call, string project)
    {
        var repositories = await Listing.AllAsync<Repository>(async token =>
        {
            var request = new ListRepositoriesRequest { Project = project, PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Repositories.ListRepositoriesAsync(request, cancellationToken: call.Cancellation);
            return (page.Repositories, page.NextPageToken);
        });
        call.Output.List(repositories, ["NAME", "DEFAULT BRANCH", "ARCHIVED", "CREATED", "DESCRIPTION"], repository =>
        [
            repository.Name,
            repository.DefaultBranch,
            Output.YesNo(repository.Archived),
            Output.Time(repository.CreatedAt),
            repository.Description,
        ]);
    }

    private static async Task ShowAsync(Invocation call, RepositoryPath path)
    {
        var request = new GetRepositoryRequest { Project = path.Project, Repository = path.Repository };
        var repository = (await call.Repositories.GetRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
        call.Output.Show(
            repository,
            ("Project", repository.Project),
            ("Name", repository.Name),
            ("Description", repository.Description),
            ("Default branch", repository.DefaultBranch),
            ("Archived", Output.YesNo(repository.Archived)),
            ("Created", Output.Time(repository.CreatedAt)),
            ("Id", repository.RepositoryId));
    }

    private static async Task DeleteAsync(Invocation call, RepositoryPath path)
    {
        var request = new DeleteRepositoryRequest { Project = path.Project, Repository = path.Repository };
        var repository = (await call.Repositories.DeleteRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
        call.Output.Done(repository, $"Repository '{path}' was deleted; 'granary repo restore {path}' brings it back for some days.");
    }

    private static Option<string> Description() => new("--description") { Description = "What it holds.", HelpName = "text" };

    private static Option<string> DefaultBranch() => new("--default-branch")
    {
        Description = "The branch that a clone checks out.",
        HelpName = "branch",
    };
}
