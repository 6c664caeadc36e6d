using Grpc.Core;

namespace Granary.Silo.Cli.Imports;

/// <summary>
/// All repositories and bundles below a folder, some at a time. One that fails does not stop the others; run again, it leaves out
/// those that are there already.
/// </summary>
internal static class FolderImport
{
    private static readonly string[] Header = ["REPOSITORY", "RESULT", "SOURCE", "REASON"];

    public static async Task RunAsync(Invocation call, string project, string folder, int parallel)
    {
        var found = FolderScan.Find(folder);
        if (found.Count == 0) throw new CommandRefusedException($"There is no repository and no bundle below '{folder}'.");
        var outcomes = new Outcome[found.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = call.Cancellation };
        await Parallel.ForAsync(0, found.Count, options, async (i, token) => outcomes[i] = await ImportAsync(call, project, found, i, token));
        call.Output.Records(Header, outcomes, static o => [o.Repository, o.Result, o.Source, o.Reason]);
        var failed = outcomes.Count(static o => o.Result == Outcome.Failed);
        if (failed > 0) throw new CommandRefusedException($"{failed} of {found.Count} could not be imported; run the same again for them.");
    }

    private static async Task<Outcome> ImportAsync(
        Invocation call, string project, IReadOnlyList<FoundSource> found, int index, CancellationToken cancellationToken)
    {
        var source = found[index];
        var path = new RepositoryPath(project, source.Name);
        if (found.Take(index).FirstOrDefault(other => other.Name.Equals(source.Name, StringComparison.OrdinalIgnoreCase)) is { } twin)
            return new Outcome(source, path, Outcome.Failed, $"'{twin.Path}' has the same name; import it by itself under another one");
        try
        {
            var import = await Upload.RunAsync(call, path, LocalSource.Find(source.Path), cancellationToken);
            return new Outcome(
                source, path, "imported", import.SkippedCount > 0 ? $"{import.SkippedCount} refs of the source were not taken over" : "");
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.AlreadyExists)
        {
            return new Outcome(source, path, "present", "");
        }
        catch (RpcException refused) when (refused.StatusCode != StatusCode.Cancelled || !cancellationToken.IsCancellationRequested)
        {
            return new Outcome(source, path, Outcome.Failed, ErrorText.Of(refused));
        }
        catch (Exception refused) when (refused is CommandRefusedException or UsageException)
        {
            return new Outcome(source, path, Outcome.Failed, refused.Message);
        }
    }

    private sealed record Outcome(string Repository, string Result, string Source, string Reason)
    {
        public const string Failed = "failed";

        public Outcome(FoundSource source, RepositoryPath path, string result, string reason)
            : this(path.ToString(), result, source.Path, reason)
        {
        }
    }
}
