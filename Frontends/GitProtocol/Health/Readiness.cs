namespace Granary.Frontends.GitProtocol.Health;

/// <param name="IsVital">Whether the silo cannot serve because of it.</param>
/// <param name="Text">A line without secrets or paths.</param>
public sealed record ReadinessFault(bool IsVital, string Text);

/// <summary>Whether this silo can serve, as every frontend that is asked for it answers.</summary>
public sealed class Readiness(IEnumerable<IReadinessCheck> checks, RequestDrain drain, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong now; the silo is ready when none of it is vital.</summary>
    public async Task<IReadOnlyList<ReadinessFault>> FindFaultsAsync(CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(checks.Select(check => RunAsync(check, cancellationToken))).ConfigureAwait(false);
        var faults = results.OfType<ReadinessFault>().ToList();
        if (drain.IsDraining) faults.Add(new ReadinessFault(true, "stopping: the server is stopping."));
        return faults;
    }

    private async Task<ReadinessFault?> RunAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        try
        {
            var fault = await check.CheckAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
            return fault is null ? null : new ReadinessFault(check.IsVital, $"{check.Name}: {fault}");
        }
        catch (TimeoutException)
        {
            return new ReadinessFault(check.IsVital, $"{check.Name}: no answer within {Patience.TotalSeconds} s.");
        }
    }
}
