using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary repo restore</c>, and the list of what it can restore.</summary>
internal static class RestoreCommand
{
    public static Command Create(CommandSet set)
    {
        var path = RepositoryPath.Argument();
        path.Description = "PROJECT/REPOSITORY, or PROJECT/ID with an id that 'repo list --deleted' shows. Of several, the last deleted.";
        var name = new Option<string>("--name") { Description = "Bring it back under this name.", HelpName = "name" };
        return set.Define("restore", "Brings a deleted repository back.", RestoreAsync, path, name);

        async Task RestoreAsync(Invocation call)
        {
            var (project, wanted) = (call.Get(path).Project, call.Get(path).Repository);
            var deleted = await AllAsync(call, project);
            var found = deleted.FirstOrDefault(repository => repository.RepositoryId == wanted)
                ?? deleted.Where(repository => repository.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)).MaxBy(repository => repository.DeletedAt)
                ?? throw new CommandRefusedException($"Project '{project}' has no deleted repository '{wanted}' that could be restored.");
            var request = new RestoreRepositoryRequest
            {
                Project = project,
                RepositoryId = found.RepositoryId,
                NewName = call.Get(name) ?? "",
            };
            var repository = (await call.Repositories.RestoreRepositoryAsync(request, cancellationToken: call.Cancellation)).Repository;
            call.Output.Done(repository, $"Repository '{repository.Project}/{repository.Name}' was restored.");
        }
    }

    public static async Task ListAsync(Invocation call, string project) =>
        call.Output.List(await AllAsync(call, project), ["NAME", "DELETED", "ID"], repository =>
            [repository.Name, Output.Time(repository.DeletedAt), repository.RepositoryId]);

    private static Task<IReadOnlyList<Repository>> AllAsync(Invocation call, string project) => Listing.AllAsync<Repository>(async token =>
    {
        var request = new ListDeletedRepositoriesRequest { Project = project, PageSize = Listing.PageSize, PageToken = token };
        var page = await call.Repositories.ListDeletedRepositoriesAsync(request, cancellationToken: call.Cancellation);
        return (page.Repositories, page.NextPageToken);
    });
}
