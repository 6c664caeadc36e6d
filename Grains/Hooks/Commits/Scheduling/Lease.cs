using Granary.Grains.Hooks.Commits.Storage;

namespace Granary.Grains.Hooks.Commits.Scheduling;

/// <summary>Keeps a claim while somebody is at it: git may walk for long before it has anything to say.</summary>
internal sealed class Lease : IAsyncDisposable
{
    private readonly CommitFile _file;
    private readonly RegistrationClaim _claim;
    private readonly TimeSpan _length;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _keeping;

    public Lease(CommitFile file, RegistrationClaim claim, TimeSpan length, TimeProvider time)
    {
        (_file, _claim, _length, _time) = (file, claim, length, time);
        _keeping = KeepAsync();
    }

    /// <summary>Cancelled once the repository went or another one has it.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Writes only while the claim holds; false: it does not any more.</summary>
    public async Task<bool> WriteAsync(Action<CommitSession> body)
    {
        var holds = await _file.WriteAsync(session =>
        {
            if (!session.Registrations.Renew(_claim, _time.GetUtcNow() + _length)) return false;
            body(session);
            return true;
        }).ConfigureAwait(false);
        if (!holds) await _lost.CancelAsync().ConfigureAwait(false);
        return holds;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keeping;
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(_length / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                if (!await WriteAsync(static _ => { }).ConfigureAwait(false)) return;
            }
        }
        catch (OperationCanceledException)
        {
            // It is given back.
        }
        catch (StorageUnavailableException)
        {
            // What is written next says so; until then another one may begin anew, which does no harm.
        }
    }
}
