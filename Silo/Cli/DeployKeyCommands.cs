using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary deploy-key …</c></summary>
internal static class DeployKeyCommands
{
    public static Command Create(CommandSet set)
    {
        var path = RepositoryPath.Argument();
        var fingerprint = new Argument<string>("fingerprint") { Description = "SHA256:… as the list shows it." };
        return new Command("deploy-key", "SSH keys that open one repository, for machines.")
        {
            Add(set, path),
            set.Define("list", "Lists the deploy keys of a repository.", call => ListAsync(call, call.Get(path)), path),
            set.Define("remove", "Removes a deploy key.", call => RemoveAsync(call, call.Get(path), call.Get(fingerprint)), path, fingerprint),
        };
    }

    private static Command Add(CommandSet set, Argument<RepositoryPath> path)
    {
        var file = new Argument<string>("file") { Description = "The public key, for example id_ed25519.pub; '-' for standard input." };
        var title = new Option<string>("--title") { Description = "What to call it; otherwise the comment of the key.", HelpName = "text" };
        var write = new Option<bool>("--write") { Description = "It may push; otherwise it only fetches." };
        return set.Define("add", "Adds a deploy key to a repository.", AddAsync, path, file, title, write);

        async Task AddAsync(Invocation call)
        {
            var request = new AddDeployKeyRequest
            {
                Project = call.Get(path).Project,
                Repository = call.Get(path).Repository,
                PublicKey = TextFiles.Read(call.Get(file), call.Terminal).Trim(),
                Title = call.Get(title) ?? "",
                CanWrite = call.Get(write),
            };
            var key = (await call.DeployKeys.AddDeployKeyAsync(request, cancellationToken: call.Cancellation)).Key;
            call.Output.Done(key, $"Deploy key {key.Fingerprint} of '{call.Get(path)}' may {(key.CanWrite ? "fetch and push" : "fetch")}.");
        }
    }

    private static async Task ListAsync(Invocation call, RepositoryPath path)
    {
        var keys = await Listing.AllAsync<DeployKey>(async token =>
        {
            var request = new ListDeployKeysRequest { Project = path.Project, Repository = path.Repository, PageSize = Listing.PageSize, PageToken = token };
            var page = await call.DeployKeys.ListDeployKeysAsync(request, cancellationToken: call.Cancellation);
            return (page.Keys, page.NextPageToken);
        });
        call.Output.List(keys, ["FINGERPRINT", "ALGORITHM", "WRITE", "TITLE", "ADDED BY", "CREATED"], key =>
            [key.Fingerprint, key.Algorithm, Output.YesNo(key.CanWrite), key.Title, key.AddedBy, Output.Time(key.CreatedAt)]);
    }

    private static async Task RemoveAsync(Invocation call, RepositoryPath path, string fingerprint)
    {
        var request = new RemoveDeployKeyRequest { Project = path.Project, Repository = path.Repository, Fingerprint = fingerprint };
        var response = await call.DeployKeys.RemoveDeployKeyAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(response, $"Deploy key {fingerprint} was removed from '{path}'.");
    }
}
