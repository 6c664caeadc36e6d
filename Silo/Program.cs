using Granary.Silo.Cli;
using Granary.Silo.Hosting;

return CommandLine.IsCommand(args) ? await CommandLine.RunAsync(args) : await Server.RunAsync(args);
