using System.CommandLine;

namespace Granary.Silo.Cli;

/// <summary>Makes commands that call the server.</summary>
internal sealed class CommandSet(GlobalOptions options, Terminal terminal)
{
    /// <param name="name">The last word of the command.</param>
    /// <param name="description">For <c>--help</c>.</param>
    /// <param name="run">Does it.</param>
    /// <param name="symbols">Its arguments, in order, and its options.</param>
    public Command Define(string name, string description, Func<Invocation, Task> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = new Output(terminal.Out, parsed.GetValue(options.Json));
            using var invocation = new Invocation(parsed, Login.From(parsed, options, terminal), output, terminal, cancellationToken);
            await run(invocation);
            return CommandLine.Done;
        });
        return command;
    }
}
