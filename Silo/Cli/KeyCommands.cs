using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary key …</c></summary>
internal static class KeyCommands
{
    public static Command Create(CommandSet set)
    {
        var user = new Argument<string>("user") { Description = "The name of the user." };
        var fingerprint = new Argument<string>("fingerprint") { Description = "SHA256:… as the list shows it." };
        return new Command("key", "SSH public keys of users.")
        {
            Add(set, user),
            set.Define("list", "Lists the keys of a user.", call => ListAsync(call, call.Get(user)), user),
            set.Define("remove", "Removes a key.", call => RemoveAsync(call, call.Get(user), call.Get(fingerprint)), user, fingerprint),
        };
    }

    private static Command Add(CommandSet set, Argument<string> user)
    {
        var file = new Argument<string>("file") { Description = "The public key, for example id_ed25519.pub; '-' for standard input." };
        var title = new Option<string>("--title") { Description = "What to call it; otherwise the comment of the key.", HelpName = "text" };
        return set.Define("add", "Adds a key to a user.", AddAsync, user, file, title);

        async Task AddAsync(Invocation call)
        {
            var request = new AddKeyRequest
            {
                User = call.Get(user),
                PublicKey = TextFiles.Read(call.Get(file), call.Terminal).Trim(),
                Title = call.Get(title) ?? "",
            };
            var response = await call.Users.AddKeyAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response.Key, $"Key {response.Key.Fingerprint} was added to '{request.User}'.");
        }
    }

    private static async Task ListAsync(Invocation call, string user)
    {
        var keys = await Listing.AllAsync<SshKey>(async token =>
        {
            var request = new ListKeysRequest { User = user, PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Users.ListKeysAsync(request, cancellationToken: call.Cancellation);
            return (page.Keys, page.NextPageToken);
        });
        call.Output.List(keys, ["FINGERPRINT", "ALGORITHM", "TITLE", "CREATED"], key =>
            [key.Fingerprint, key.Algorithm, key.Title, Output.Time(key.CreatedAt)]);
    }

    private static async Task RemoveAsync(Invocation call, string user, string fingerprint)
    {
        var request = new RemoveKeyRequest { User = user, Fingerprint = fingerprint };
        var response = await call.Users.RemoveKeyAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(response, $"Key {fingerprint} was removed from '{user}'.");
    }
}
