using Granary.Grains.Hooks.Commits.Scheduling;
using Granary.Grains.Hooks.Commits.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Granary.Grains.Hooks.Commits;

[GrainType(CommitRegister.WorkerType), StatelessWorker]
internal sealed partial class CommitWorkerGrain(
    RegistrationRun run, CommitFile file, IOptions<CommitOptions> options, TimeProvider time, ILogger<CommitWorkerGrain> logger)
    : Grain, ICommitWorker
{
    public async Task RegisterAsync(RegistrationClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            if (await GrainFactory.GetRepository(claim.Repository).GetInfoAsync(cancellationToken) is { } repository)
                await run.RunAsync(claim, repository, cancellationToken);
            else
                await file.RemoveAsync(claim.Repository, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The silo stops; whoever is next need not wait for the end of the lease.
            await file.WriteAsync(session => session.Registrations.End(claim, time.GetUtcNow()));
        }
#pragma warning disable CA1031 // Whatever it is: it is logged, counted and tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFailed(fault, claim.Repository.ToString());
            CommitInstruments.Failures.Add(1);
            await file.WriteAsync(session =>
                session.Registrations.Fail(claim, time.GetUtcNow() + DelayAfter(session.Registrations.CountFailures(claim.Repository))));
        }
    }

    private TimeSpan DelayAfter(int failures)
    {
        var delay = options.Value.MinRetryDelay * Math.Pow(2, Math.Min(failures, 30));
        return delay < options.Value.MaxRetryDelay ? delay : options.Value.MaxRetryDelay;
    }

    [LoggerMessage(1, LogLevel.Warning, "Commits of repository {Repository} could not be registered; it is tried again.")]
    private partial void LogFailed(Exception exception, string repository);
}
