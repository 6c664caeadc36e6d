using System.CommandLine;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary user …</c></summary>
internal static class UserCommands
{
    public static Command Create(CommandSet set)
    {
        var name = new Argument<string>("user") { Description = "The name of the user." };
        return new Command("user", "Users of the server.")
        {
            Create(set, name),
            set.Define("list", "Lists the users.", ListAsync),
            Show(set),
            Update(set, name),
            set.Define("disable", "Shuts a user out, at once.", call => SetDisabledAsync(call, call.Get(name), true), name),
            set.Define("enable", "Lets a disabled user in again.", call => SetDisabledAsync(call, call.Get(name), false), name),
            SetPassword(set, name),
            set.Define("delete", "Deletes a user with its keys and tokens, for good.", call => DeleteAsync(call, call.Get(name)), name),
        };
    }

    private static Command Create(CommandSet set, Argument<string> name)
    {
        var (passwordFile, displayName, email) = (PasswordFile(), DisplayName(), Email());
        var noPassword = new Option<bool>("--no-password") { Description = "No password: log in by key or token only." };
        var admin = new Option<bool>("--admin") { Description = "An administrator of the server." };
        return set.Define("create", "Makes a user.", CreateAsync, name, passwordFile, noPassword, displayName, email, admin);

        async Task CreateAsync(Invocation call)
        {
            var request = new CreateUserRequest
            {
                Name = call.Get(name),
                DisplayName = call.Get(displayName) ?? "",
                Email = call.Get(email) ?? "",
                Administrator = call.Get(admin),
            };
            if (!call.Get(noPassword)) request.Password = Passwords.ReadNew(call.Get(passwordFile), request.Name, call.Terminal);
            else if (call.Get(passwordFile) is not null) throw new UsageException("--password-file and --no-password contradict each other.");
            var response = await call.Users.CreateUserAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response.User, $"User '{response.User.Name}' was made.");
        }
    }

    private static Command Show(CommandSet set)
    {
        var name = new Argument<string?>("user")
        {
            Description = "The name of the user; without it, the user of the login.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => null,
        };
        return set.Define("show", "Shows a user.", ShowAsync, name);

        async Task ShowAsync(Invocation call)
        {
            var user = call.Get(name) is { } other
                ? (await call.Users.GetUserAsync(new GetUserRequest { User = other }, cancellationToken: call.Cancellation)).User
                : (await call.Users.GetMyselfAsync(new GetMyselfRequest(), cancellationToken: call.Cancellation)).User;
            call.Output.Show(
                user,
                ("Name", user.Name),
                ("Display name", user.DisplayName),
                ("Mail", user.Email),
                ("Administrator", Output.YesNo(user.Administrator)),
                ("Disabled", Output.YesNo(user.Disabled)),
                ("Created", Output.Time(user.CreatedAt)));
        }
    }

    private static Command Update(CommandSet set, Argument<string> name)
    {
        var (displayName, email) = (DisplayName(), Email());
        var admin = new Option<bool?>("--admin") { Description = "Whether an administrator of the server.", HelpName = "true|false" };
        return set.Define("update", "Changes a user.", UpdateAsync, name, displayName, email, admin);

        async Task UpdateAsync(Invocation call)
        {
            var request = new UpdateUserRequest { User = call.Get(name) };
            if (call.Get(displayName) is { } newDisplayName) request.DisplayName = newDisplayName;
            if (call.Get(email) is { } newEmail) request.Email = newEmail;
            if (call.Get(admin) is { } newAdmin) request.Administrator = newAdmin;
            var response = await call.Users.UpdateUserAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response.User, $"User '{response.User.Name}' was changed.");
        }
    }

    private static Command SetPassword(CommandSet set, Argument<string> name)
    {
        var passwordFile = PasswordFile();
        return set.Define("set-password", "Sets the password of a user.", SetPasswordAsync, name, passwordFile);

        async Task SetPasswordAsync(Invocation call)
        {
            var user = call.Get(name);
            var request = new SetPasswordRequest { User = user, Password = Passwords.ReadNew(call.Get(passwordFile), user, call.Terminal) };
            var response = await call.Users.SetPasswordAsync(request, cancellationToken: call.Cancellation);
            call.Output.Done(response, $"The password of '{user}' was set.");
        }
    }

    private static async Task ListAsync(Invocation call)
    {
        var users = await Listing.AllAsync<User>(async token =>
        {
            var request = new ListUsersRequest { PageSize = Listing.PageSize, PageToken = token };
            var page = await call.Users.ListUsersAsync(request, cancellationToken: call.Cancellation);
            return (page.Users, page.NextPageToken);
        });
        call.Output.List(users, ["NAME", "DISPLAY NAME", "ADMIN", "DISABLED", "CREATED"], user =>
            [user.Name, user.DisplayName, Output.YesNo(user.Administrator), Output.YesNo(user.Disabled), Output.Time(user.CreatedAt)]);
    }

    private static async Task SetDisabledAsync(Invocation call, string name, bool disabled)
    {
        var request = new UpdateUserRequest { User = name, Disabled = disabled };
        var response = await call.Users.UpdateUserAsync(request, cancellationToken: call.Cancellation);
        call.Output.Done(response.User, $"User '{response.User.Name}' was {(disabled ? "disabled" : "enabled")}.");
    }

    private static async Task DeleteAsync(Invocation call, string name)
    {
        var response = await call.Users.DeleteUserAsync(new DeleteUserRequest { User = name }, cancellationToken: call.Cancellation);
        call.Output.Done(response, $"User '{name}' was deleted.");
    }

    private static Option<string> PasswordFile() => new("--password-file")
    {
        Description = "Read the new password from this file, '-' for standard input; without it, a terminal is asked.",
        HelpName = "file",
    };

    private static Option<string> DisplayName() => new("--display-name") { Description = "The name for people.", HelpName = "text" };

    private static Option<string> Email() => new("--email") { Description = "The mail address.", HelpName = "address" };
}
