using System.CommandLine;
using Granary.Grains.Accounts;
using Granary.Silo.Hosting;

namespace Granary.Silo.Cli;

/// <summary>Commands that work on the data itself while no server runs on it.</summary>
internal static class AdminCommands
{
    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data") { Description = "The data folder. Default: Granary__DataPath, or ./data." };
        var file = new Option<string?>("--new-password-file") { Description = "A file with the new password, '-' for standard input. Default: one is generated." };
        var reset = new Command("reset-password", "Gives the administrator a new password, and its rights back.") { data, file };
        reset.SetAction((result, cancellationToken) => ResetAsync(result.GetValue(data), result.GetValue(file), terminal, cancellationToken));
        return new Command("admin", "Works on the data itself; the server must be stopped.") { reset };
    }

    private static async Task<int> ResetAsync(string? data, string? passwordFile, Terminal terminal, CancellationToken cancellationToken)
    {
        var password = passwordFile is null ? null : Passwords.ReadFile(passwordFile, terminal);
        var builder = Host.CreateApplicationBuilder();
        if (data is not null) builder.Configuration["Granary:DataPath"] = data;
        var options = GranaryOptions.Read(builder.Configuration, []);
        if (!Directory.Exists(options.DataPath)) throw new CommandRefusedException($"There is no data in {options.DataPath}.");
        try
        {
            using var folder = DataFolder.Open(options.DataPath);
            builder.Configuration["Granary:DataPath"] = options.DataPath;
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.AddGranarySilo(options);
            using var host = builder.Build();
            await host.StartAsync(cancellationToken);
            var (refusal, user, kept) = await host.Services.GetRequiredService<AdminPasswordReset>().RunAsync(password, cancellationToken);
            await host.StopAsync(CancellationToken.None);
            if (refusal is not null) throw new CommandRefusedException(refusal.Message);
            await terminal.Out.WriteLineAsync(
                kept is null ? $"The password of '{user}' was changed." : $"The password of '{user}' was changed; the new one is in {kept}.");
            return CommandLine.Done;
        }
        catch (StartupException exception)
        {
            throw new CommandRefusedException(exception.Message);
        }
    }
}
