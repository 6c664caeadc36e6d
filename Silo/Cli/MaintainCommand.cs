using System.CommandLine;
using System.Globalization;
using Granary.V1;

namespace Granary.Silo.Cli;

/// <summary><c>granary repo maintain</c>.</summary>
internal static class MaintainCommand
{
    public static Command Create(CommandSet set)
    {
        var path = RepositoryPath.Argument();
        var show = new Option<bool>("--show") { Description = "Only show how well it is kept." };
        return set.Define("maintain", "Packs a repository anew so that clones are quick, and waits for it.", MaintainAsync, path, show);

        async Task MaintainAsync(Invocation call)
        {
            var (project, repository) = (call.Get(path).Project, call.Get(path).Repository);
            var state = call.Get(show)
                ? (await call.Maintenance.GetMaintenanceAsync(
                    new GetMaintenanceRequest { Project = project, Repository = repository }, cancellationToken: call.Cancellation)).Maintenance
                : (await call.Maintenance.RunMaintenanceAsync(
                    new RunMaintenanceRequest { Project = project, Repository = repository }, cancellationToken: call.Cancellation)).Maintenance;
            call.Output.Show(
                state,
                ("Last run", Output.Time(state.LastRunAt)),
                ("Took", state.LastDuration.ToTimeSpan().ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)),
                ("Last fault", state.LastFault.Length > 0 ? state.LastFault : "none"),
                ("Running", Output.YesNo(state.Running)),
                ("Packs", Number(state.Packs)),
                ("Replaced packs", Number(state.ReplacedPacks)),
                ("Objects", Number(state.Objects)),
                ("Loose objects", Number(state.LooseObjects)),
                ("Size on disk", Number(state.SizeOnDisk)),
                ("Bitmap", Output.YesNo(state.HasBitmap)),
                ("Commit-graph", Output.YesNo(state.HasCommitGraph)));
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
