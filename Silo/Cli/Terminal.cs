using System.Text;

namespace Granary.Silo.Cli;

/// <summary>What a command sees of the process around it.</summary>
/// <param name="In">Standard input.</param>
/// <param name="Out">Results.</param>
/// <param name="Error">Reasons, questions and warnings.</param>
/// <param name="Variable">Reads a variable of the environment; null when it is not set.</param>
/// <param name="AskSecret">Asks a person without echo; null when there is none, only a script.</param>
/// <param name="Clock">Tells the time.</param>
internal sealed record Terminal(
    TextReader In, TextWriter Out, TextWriter Error, Func<string, string?> Variable, Func<string, string>? AskSecret, TimeProvider Clock)
{
    public static Terminal OfProcess() => new(
        Console.In,
        Console.Out,
        Console.Error,
        name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        Console.IsInputRedirected ? null : ReadSecret,
        TimeProvider.System);

    private static string ReadSecret(string question)
    {
        Console.Error.Write(question);
        var secret = new StringBuilder();
        for (var key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace) secret.Length = Math.Max(0, secret.Length - 1);
            else if (!char.IsControl(key.KeyChar)) secret.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return secret.ToString();
    }
}
