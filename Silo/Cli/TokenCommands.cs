using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary token …</c></summary>
internal static class TokenCommands
{
    public static Command Create(CommandSet set)
    {
        var user = new Argument<string>("user") { Description = "The name of the user." };
        var id = new Argument<string>("id") { Description = "The id of the token, as the list shows it." };
        return new Command("token", "Access tokens of users.")
        {
            Create(set, user),
            set.Define("list", "Lists the tokens of a user.", call => ListAsync(call, call.Get(user)), user),
            set.Define("revoke", "Revokes a token, at once.", call => RevokeAsync(call, call.Get(user), call.Get(id)), user, id),
        };
    }

    private static Command Create(CommandSet set, Argument<string> user)
    {
        var scope = new Option<string>("--scope")
        {
            Description = "What it may be used for: read, write (also push and change), admin (all that the user may do).",
            Required = true,
        };
        scope.AcceptOnlyFromAmong("read", "write", "admin");
        var expires = new Option<Expiry?>("--expires")
        {
            Description = "When it ends: 12h, 30d, 4w or a day such as 2030-12-31; without it, never.",
            HelpName = "time",
            CustomParser = Expiry.Parse,
        };
        var description = new Option<string>("--description") { Description = "What it is for.", HelpName = "text" };
        return set.Define("create", "Makes a token and prints it, once.", CreateAsync, user, scope, expires, description);

        async Task CreateAsync(Invocation call)
        {
            var request = new CreateTokenRequest
            {
                User = call.Get(user),
                Scope = call.Get(scope),
                Description = call.Get(description) ?? "",
            };
            if (call.Get(expires) is { } expiry) request.ExpiresAt = Timestamp.FromDateTimeOffset(expiry.From(call.Terminal.Clock.GetUtcNow()));
            var response = await call.Users.CreateTokenAsync(request, cancellationToken: call.Cancellation);

            // The token alone on standard output, so that a script can take it from there.
            call.Output.Done(response, response.Token);
            call.Terminal.Error.WriteLine("Keep this token now: it cannot be shown again.");
        }
    }

    private static async Task ListAsync(Invocation call, string user)
    {
        var tokens = await Listing.AllAsync<Token>(async token =>
        {
            var request = new ListTokensRequest { User = user, PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Users.ListTokensAsync(request, cancellationToken: call.Cancellation);
            return (page.Tokens, page.NextPageToken);
        });
        call.Output.List(tokens, ["ID", "SCOPE", "CREATED", "EXPIRES", "DESCRIPTION"], token =>
            [token.TokenId, token.Scope, Output.Time(token.CreatedAt), Output.Time(token.ExpiresAt), token.Description]);
    }

    private static async Task RevokeAsync(Invocation call, string user, string id)
    {
        var request = new RevokeTokenRequest { User = user, TokenId = id };
        var response = await call.Users.RevokeTokenAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(response, $"Token {id} was revoked.");
    }
}
