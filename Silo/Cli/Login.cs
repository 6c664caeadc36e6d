using System.CommandLine;
using System.Net;
using System.Text;

namespace Granary.Silo.Cli;

/// <summary>Which server, and the <c>authorization</c> to send it; null for a caller without a login.</summary>
internal sealed record Login(Uri Server, string? Authorization)
{
    private const string DefaultServer = "http://127.0.0.1:8081";

    public static Login From(ParseResult parsed, GlobalOptions options, Terminal terminal)
    {
        var login = new Login(
            ParseServer(parsed.GetValue(options.Server) ?? terminal.Variable("GRANARY_SERVER") ?? DefaultServer),
            AuthorizationOf(parsed.GetValue(options.User), parsed.GetValue(options.PasswordFile), terminal));
        if (login is { Authorization: not null, Server.Scheme: "http" } && !IsLoopback(login.Server))
            terminal.Error.WriteLine("warning: the password or token goes to the server without TLS.");
        return login;
    }

    private static Uri ParseServer(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"'{text}' is not the address of a server; write http://HOST:PORT or https://HOST:PORT.");

    /// <summary>What was said on the command line comes before the environment, and there a token before a user.</summary>
    private static string? AuthorizationOf(string? user, string? passwordFile, Terminal terminal)
    {
        var token = terminal.Variable("GRANARY_TOKEN");
        if (user is null && passwordFile is null && token is not null) return "Bearer " + token;
        var fromEnvironment = user is null;
        user ??= terminal.Variable("GRANARY_USER");
        if (user is null)
        {
            return passwordFile is null && terminal.Variable("GRANARY_PASSWORD") is null
                ? null
                : throw new UsageException("There is a password but no user; give --user or GRANARY_USER.");
        }

        var password = passwordFile is not null
            ? Passwords.ReadFile(passwordFile, terminal)
            : terminal.Variable("GRANARY_PASSWORD")
            ?? (fromEnvironment ? null : token)
            ?? terminal.AskSecret?.Invoke($"Password of {TerminalText.Clean(user)}: ")
            ?? throw new UsageException($"There is no password for '{user}'; give --password-file, GRANARY_PASSWORD or GRANARY_TOKEN.");
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
    }

    private static bool IsLoopback(Uri server) =>
        server.IsLoopback || (IPAddress.TryParse(server.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
