using Granary.Frontends.GitProtocol;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Git;
using Granary.Imports.Bundles;
using Granary.Imports.Remote;
using Granary.Imports.Sources;
using Granary.Projects;
using Granary.Repositories;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Granary.Imports;

/// <summary>Runs imports, a bounded number at a time, and sees to it that one that comes to nothing leaves nothing.</summary>
internal sealed partial class RepositoryImporter(
    IGrainFactory grains, IRefCache refCache, IPackReceiver packs, IHousekeeping housekeeping, RemoteHttp http, RequestDrain drain,
    IOptions<ImportOptions> options, TimeProvider time, ILogger<RepositoryImporter> logger) : IRepositoryImporter
{
    private readonly ImportOptions _options = options.Value;
    private readonly PushSubmission _submission = new(grains, logger);
    private int _running;

    public Task<Outcome<ImportResult>> ImportAsync(
        ImportTarget target, BundleSource source, IImportListener listener, CancellationToken cancellationToken) =>
        MeasureAsync(ImportInstruments.Bundle, target, () => new BundleImport(source, _options.StallTimeout, time, listener), listener, cancellationToken);

    public Task<Outcome<ImportResult>> ImportAsync(
        ImportTarget target, RemoteSource source, IImportListener listener, CancellationToken cancellationToken) =>
        MeasureAsync(ImportInstruments.Remote, target, () => new RemoteImport(RemoteUrl.Parse(source), http, _options, time, listener), listener, cancellationToken);

    private async Task<Outcome<ImportResult>> MeasureAsync(
        string source, ImportTarget target, Func<IImportSource> open, IImportListener listener, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        Outcome<ImportResult>? outcome = null;
        ImportInstruments.Began(source);
        try
        {
            return outcome = await RunAsync(target, open, listener, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ImportInstruments.Ended(source, outcome, cancellationToken.IsCancellationRequested, time.GetElapsedTime(began));
        }
    }

    private async Task<Outcome<ImportResult>> RunAsync(
        ImportTarget target, Func<IImportSource> open, IImportListener listener, CancellationToken cancellationToken)
    {
        if (!drain.TryEnter()) return Stopping;
        try
        {
            if (Interlocked.Increment(ref _running) > _options.MaxConcurrent)
                return new Refusal(RefusalKind.Unavailable, "Too many imports are under way on this server; please try again later.");
            var outcome = await BoundAsync(target, open, listener, cancellationToken).ConfigureAwait(false);
            if (outcome.Refusal is { } refusal) LogRefused(target.Caller.Name, target.Project.Value, refusal.Message);
            return outcome;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            drain.Leave();
        }
    }

    private static Refusal Stopping { get; } = new(RefusalKind.Unavailable, "The server is stopping; please try again.");

    /// <summary>Bounded in time, and with expected faults as values.</summary>
    private async Task<Outcome<ImportResult>> BoundAsync(
        ImportTarget target, Func<IImportSource> open, IImportListener listener, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.MaxDuration, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, drain.BrokenOff, cancellationToken);
        try
        {
            return await PlaceAsync(target, open, listener, any.Token).ConfigureAwait(false);
        }
        catch (ImportRefusedException refused)
        {
            return refused.Refusal;
        }
        catch (PackRefusedException refused)
        {
            return new Refusal(RefusalKind.InvalidArgument, $"The objects were refused: {refused.Message}.");
        }
        catch (GitProcessException fault)
        {
            LogFailed(fault, target.Repository.Value);
            return new Refusal(RefusalKind.Unavailable, $"The import failed: {fault.Message}.");
        }
        catch (IOException fault) when (VolumeFaults.Find(fault) is { } volume)
        {
            LogFailed(fault, target.Repository.Value);
            return new Refusal(RefusalKind.Unavailable, $"The import failed: {volume.NothingChanged()}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && any.IsCancellationRequested)
        {
            return drain.BrokenOff.IsCancellationRequested
                ? Stopping
                : new Refusal(RefusalKind.ResourceExhausted, $"The import took longer than {_options.MaxDuration} and was ended.");
        }
    }

    private async Task<Outcome<ImportResult>> PlaceAsync(
        ImportTarget target, Func<IImportSource> open, IImportListener listener, CancellationToken cancellationToken)
    {
        // Before the source is looked at: who may not import makes the server connect to nobody.
        var project = grains.GetProject(target.Project);
        var begun = await project.BeginImportAsync(target.Caller, new NewRepository(target.Repository), cancellationToken).ConfigureAwait(false);
        if (begun.Refusal is { } refusal) return refusal;
        var place = begun.Value!;
        var isDone = false;
        try
        {
            var run = new ImportRun(grains, refCache, packs, _submission, _options, target, place, listener);
            var source = open();
            await using (source.ConfigureAwait(false))
            {
                var outcome = await run.RunAsync(source, cancellationToken).ConfigureAwait(false);
                isDone = outcome.IsDone;
                if (isDone) LogImported(target.Caller.Name, outcome.Value!.Refs, outcome.Value.Bytes, place.Id);
                return outcome;
            }
        }
        finally
        {
            if (isDone) housekeeping.Schedule(place.Id);
            else if (place.IsNew) await RemoveAsync(project, target.Repository, place.Id).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(IProjectGrain project, RepositoryName name, RepositoryId id)
    {
        try
        {
            await project.AbandonImportAsync(name, id, CancellationToken.None).ConfigureAwait(false);

            // The undo period is for what somebody has seen. Should its lock be held, the sweep does it.
            await grains.GetRepository(id).PurgeAsync(DateTimeOffset.MaxValue, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The reason of the import's end is what the caller needs; the next import of that name clears up too.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogNotRemoved(fault, id);
        }
    }
}
