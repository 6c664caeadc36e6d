using System.CommandLine;

namespace Granary.Silo.Cli.Imports;

/// <summary><c>granary repo import</c>.</summary>
internal static class ImportCommand
{
    private const int DefaultParallel = 2;
    private const int MaxParallel = 8;

    public static Command Create(CommandSet set)
    {
        var target = new Argument<string>("repository") { Description = "PROJECT/REPOSITORY, for example DEMO/hello; with --all the project alone." };
        var source = new Argument<string?>("source")
        {
            Description = "A repository with or without a working tree, a bundle, or the http or https address of a repository.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<string?>("--all") { Description = "Import all repositories and bundles below this folder.", HelpName = "folder" };
        var parallel = new Option<int>("--parallel") { Description = "With --all: how many at a time, at most 8.", DefaultValueFactory = _ => DefaultParallel };
        var user = new Option<string?>("--source-user") { Description = "The user at the server of the address.", HelpName = "name" };
        var password = new Option<string?>("--source-password-file")
        {
            Description = "A file with the password or token of that user, '-' for standard input. Otherwise it is asked for.",
            HelpName = "file",
        };
        return set.Define(
            "import", "Brings in a repository with all its history, into a new repository or an empty one.", ImportAsync, target, source, all, parallel,
            user, password);

        Task ImportAsync(Invocation call)
        {
            if (call.Get(all) is { } folder)
            {
                if (call.GetOptional(source) is not null || call.Get(target).Contains('/', StringComparison.Ordinal))
                    throw new UsageException("With --all FOLDER name the project alone, and no other source.");
                if (call.Get(parallel) is < 1 or > MaxParallel) throw new UsageException($"--parallel must be 1 to {MaxParallel}.");
                return FolderImport.RunAsync(call, call.Get(target), folder, call.Get(parallel));
            }

            var path = RepositoryPath.TryParse(call.Get(target))
                ?? throw new UsageException($"'{call.Get(target)}' is not a repository; write PROJECT/REPOSITORY, for example DEMO/hello.");
            var from = call.GetOptional(source) ?? throw new UsageException("Say where from: a path or an address, or --all FOLDER.");
            return ImportOneAsync(call, path, SourceOf(call, from, call.Get(user), call.Get(password)));
        }
    }

    private static async Task ImportOneAsync(Invocation call, RepositoryPath path, IImportSource source)
    {
        var import = await Upload.RunAsync(call, path, source, call.Cancellation);
        foreach (var skipped in import.Skipped)
            call.Terminal.Error.WriteLine(TerminalText.Clean($"not taken over: {skipped.Ref}: {skipped.Reason}"));
        if (import.SkippedCount > 0) call.Terminal.Error.WriteLine($"{import.SkippedCount} refs of the source were not taken over.");
        call.Output.Done(
            import, $"Repository '{import.Repository.Project}/{import.Repository.Name}' was imported: {import.Refs} refs, {Bytes.Text(import.ReceivedBytes)}.");
    }

    private static IImportSource SourceOf(Invocation call, string from, string? user, string? passwordFile)
    {
        if (!from.Contains("://", StringComparison.Ordinal))
        {
            return user is null && passwordFile is null
                ? LocalSource.Find(from)
                : throw new UsageException("--source-user and --source-password-file are for addresses.");
        }

        if (passwordFile is not null && user is null) throw new UsageException("There is a password for the source but no user; give --source-user.");
        var password = user is null ? null
            : passwordFile is not null ? Passwords.ReadFile(passwordFile, call.Terminal)
            : call.Terminal.AskSecret?.Invoke($"Password of {TerminalText.Clean(user)} at the source: ")
            ?? throw new UsageException("There is no password for the source; give --source-password-file.");
        return new UrlSource(from, user, password);
    }
}
