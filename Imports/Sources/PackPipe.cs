using System.IO.Pipelines;

namespace Granary.Imports.Sources;

/// <summary>
/// The bounded pipe between a source and git. A task of its own fills it, so that git's pace holds up the source and nothing
/// else, and a source that falls silent ends the import.
/// </summary>
internal sealed class PackPipe : IAsyncDisposable
{
    private const int PauseAt = 1 << 20;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: PauseAt, resumeWriterThreshold: PauseAt / 2, useSynchronizationContext: false));
    private readonly CancellationTokenSource _stop = new();
    private Task _filling = Task.CompletedTask;

    public PipeReader Reader => _pipe.Reader;

    /// <param name="fill">Writes it all. What it throws is thrown by the reader's reads.</param>
    public void Fill(Func<PipeWriter, CancellationToken, Task> fill) => _filling = FillAsync(fill);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        await _filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task FillAsync(Func<PipeWriter, CancellationToken, Task> fill)
    {
        Exception? fault = null;
        try
        {
            await fill(_pipe.Writer, _stop.Token).ConfigureAwait(false);
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
