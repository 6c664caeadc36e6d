namespace Granary.Imports.Sources;

/// <summary>Ends the wait for a source that says nothing for too long. It runs only while the source is waited for.</summary>
internal sealed class SilenceClock : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;

    public SilenceClock(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _limit = limit;
        _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancellationToken);
    }

    /// <summary>Ends with the silence, or with the token that was given.</summary>
    public CancellationToken Token => _either.Token;

    /// <exception cref="ImportRefusedException">The source said nothing for too long.</exception>
    public async ValueTask<T> AwaitAsync<T>(Func<CancellationToken, ValueTask<T>> read)
    {
        _silence.CancelAfter(_limit);
        try
        {
            return await read(Token).ConfigureAwait(false);
        }
        catch (Exception) when (_silence.IsCancellationRequested)
        {
            throw new ImportRefusedException(RefusalKind.Unavailable, $"The source sent nothing for {_limit}.");
        }
        finally
        {
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
