using System.CommandLine;
using System.CommandLine.Invocation;
using Grpc.Core;

namespace Granary.Silo.Cli;

/// <summary>
/// The command line: a client of a running server. Exit status: 0 done, 1 refused (the reason on stderr), 2 wrong usage.
/// </summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int WrongUsage = 2;

    /// <summary>Whether the arguments name a command; otherwise they are settings of the server, which is to be run.</summary>
    public static bool IsCommand(string[] args) =>
        args.Length > 0 && (!args[0].StartsWith('-') || GlobalOptions.Names.Contains(args[0].Split('=', 2)[0]));

    /// <param name="args">As <c>Main</c> got them.</param>
    /// <param name="localCommands">Commands that work on the data without a server, for example <c>admin</c>.</param>
    public static Task<int> RunAsync(string[] args, params Command[] localCommands) => RunAsync(args, Terminal.OfProcess(), localCommands);

    public static async Task<int> RunAsync(string[] args, Terminal terminal, params Command[] localCommands)
    {
        var parsed = Create(terminal, localCommands).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is null or ParseErrorAction) return Misused(terminal, parsed.Errors.Select(error => error.Message));
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (UsageException e)
        {
            return Misused(terminal, [e.Message]);
        }
        catch (CommandRefusedException e)
        {
            return Fail(terminal, e.Message);
        }
        catch (RpcException e)
        {
            return Fail(terminal, ErrorText.Of(e));
        }
        catch (OperationCanceledException)
        {
            return Fail(terminal, "Cancelled.");
        }
    }

    private static RootCommand Create(Terminal terminal, Command[] localCommands)
    {
        var options = new GlobalOptions();
        var set = new CommandSet(options, terminal);
        var root = new RootCommand("Granary, a Git host. Without a command it runs the server; the commands talk to a running one.")
        {
            UserCommands.Create(set),
            KeyCommands.Create(set),
            TokenCommands.Create(set),
            ProjectCommands.Create(set),
            MemberCommands.Create(set),
            RepositoryCommands.Create(set),
            DeployKeyCommands.Create(set),
            SshCommands.Create(set),
            JobCommands.Create(set),
            DeadLetterCommands.Create(set),
            WebhookCommands.Create(set),
            CommitCommands.Create(set),
        };
        foreach (var command in localCommands) root.Add(command);
        options.AddTo(root);
        return root;
    }

    private static int Misused(Terminal terminal, IEnumerable<string> faults)
    {
        foreach (var fault in faults) terminal.Error.WriteLine("granary: " + TerminalText.Clean(OneLine(fault)));
        terminal.Error.WriteLine("Add --help to a command to see how it is used.");
        return WrongUsage;
    }

    private static int Fail(Terminal terminal, string reason)
    {
        terminal.Error.WriteLine("granary: " + TerminalText.Clean(reason));
        return Refused;
    }

    /// <summary>The parser lists allowed values on lines of their own.</summary>
    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
