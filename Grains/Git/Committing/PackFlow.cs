using System.IO.Pipelines;

namespace Granary.Grains.Git.Committing;

/// <summary>Sends a pack to whoever takes it; disposing it breaks off.</summary>
internal sealed class PackFlow(PackBody body) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Pipe _pipe = new(new PipeOptions(useSynchronizationContext: false));
    private Task _sending = Task.CompletedTask;

    /// <summary>Once.</summary>
    public PipeReader Open()
    {
        _sending = SendAsync();
        return _pipe.Reader;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task SendAsync()
    {
        Exception? fault = null;
        try
        {
            await body.WriteToAsync(_pipe.Writer, _end.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is the reader's to handle.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fault = exception;
        }

        await _pipe.Writer.CompleteAsync(fault).ConfigureAwait(false);
    }
}
