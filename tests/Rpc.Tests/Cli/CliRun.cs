using System.CommandLine;
using Granary.Silo.Cli;

namespace Granary.Frontends.Rpc.Tests.Cli;

/// <summary>One run of the command line in this process, with an environment of its own.</summary>
internal sealed record CliRun(int Status, string Out, string Error)
{
    public static async Task<CliRun> Async(
        string[] args, Dictionary<string, string>? variables = null, string input = "", Func<string, string>? ask = null, params Command[] local)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var terminal = new Terminal(new StringReader(input), output, error, name => variables?.GetValueOrDefault(name), ask, TimeProvider.System);
        var status = await CommandLine.RunAsync(args, terminal, local);
        return new CliRun(status, output.ToString(), error.ToString());
    }
}
