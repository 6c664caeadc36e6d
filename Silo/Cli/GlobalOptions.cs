using System.CommandLine;

namespace Granary.Silo.Cli;

/// <summary>Where to, as whom, and in which form: options of every command.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Options with which a command line may begin and still be one.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "--server", "--user", "--password-file", "--json", "--help", "-h", "-?", "--version",
    };

    public Option<string> Server { get; } = new("--server")
    {
        Description = "The gRPC address of the server. Otherwise GRANARY_SERVER, or http://127.0.0.1:8081.",
        HelpName = "url",
        Recursive = true,
    };

    public Option<string> User { get; } = new("--user")
    {
        Description = "Log in as this user. Otherwise GRANARY_TOKEN, or GRANARY_USER with GRANARY_PASSWORD.",
        HelpName = "name",
        Recursive = true,
    };

    public Option<string> PasswordFile { get; } = new("--password-file")
    {
        Description = "Read the password of the login from this file, '-' for standard input. "
            + "Before the command, where the command has an option of that name itself.",
        HelpName = "file",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, for machines.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        root.Add(Server);
        root.Add(User);
        root.Add(PasswordFile);
        root.Add(Json);
    }
}
