using Granary.Silo.Cli;
using Granary.Silo.Hosting;

return CommandLine.IsCommand(args)
    ? await CommandLine.RunAsync(args, AdminCommands.Create(Terminal.OfProcess()))
    : await Server.RunAsync(args);
