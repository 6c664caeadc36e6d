using Granary.Silo.Cli;

if (CommandLine.IsCommand(args)) return await CommandLine.RunAsync(args);
Console.Error.WriteLine("This build has no server yet; see 'granary --help' for the commands.");
return 2;
