namespace Granary.Grains.Storage;

/// <summary>
/// A grain's record as an immutable value. What <see cref="Value"/> shows is on disk: calls that interleave with a write see
/// the value before it, and when storage throws nothing has changed.
/// </summary>
internal sealed class DurableRecord<T>(IPersistentState<T> state)
    where T : class
{
    private T? _before;

    public T Value => _before ?? state.State;

    public async Task WriteAsync(T next, CancellationToken cancellationToken)
    {
        _before = state.State;
        try
        {
            state.State = next;
            await state.WriteStateAsync(cancellationToken);
        }
        catch
        {
            state.State = _before;
            throw;
        }
        finally
        {
            _before = null;
        }
    }

    /// <summary>Removes the record; <see cref="Value"/> is then as if there had been none.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        _before = state.State;
        try
        {
            await state.ClearStateAsync(cancellationToken);
        }
        catch
        {
            state.State = _before;
            throw;
        }
        finally
        {
            _before = null;
        }
    }
}
