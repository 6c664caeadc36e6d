namespace Granary.Silo.Cli;

/// <summary>Where passwords come from: a file, standard input, or a person.</summary>
internal static class Passwords
{
    /// <summary>The text of a file without the line end that editors put there; <c>-</c> is standard input.</summary>
    public static string ReadFile(string file, Terminal terminal)
    {
        var text = TextFiles.Read(file, terminal);
        var password = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return password.Length > 0 ? password : throw new UsageException($"There is no password in '{file}'.");
    }

    /// <summary>A new password: from the file, or asked twice of a person.</summary>
    public static string ReadNew(string? file, string user, Terminal terminal)
    {
        if (file is not null) return ReadFile(file, terminal);
        if (terminal.AskSecret is not { } ask)
            throw new UsageException($"There is no password for '{user}'; give --password-file FILE, or '-' for standard input.");
        var password = ask($"New password of {TerminalText.Clean(user)}: ");
        return ask("Once more: ") == password ? password : throw new UsageException("The two passwords differ.");
    }
}
