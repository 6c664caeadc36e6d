using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>
/// The answer to a push in <c>side-band-64k</c> frames (gitprotocol-common(5)): band 1 the report, band 2 words for the user,
/// band 3 a fatal error. While git is busy an empty frame now and then keeps proxies and the client awake.
/// </summary>
internal sealed class SideBand : IAsyncDisposable
{
    private const int MaxFrame = 65515;

    private readonly PipeWriter _output;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly Task _keepingAlive;

    public SideBand(PipeWriter output, TimeSpan keepAlive, TimeProvider time)
    {
        _output = output;
        _keepingAlive = KeepAliveAsync(keepAlive, time);
    }

    public Task ReportAsync(ReadOnlyMemory<byte> report, CancellationToken cancellationToken) => WriteAsync(1, report, cancellationToken);

    public Task TellAsync(ReadOnlyMemory<byte> words) => WriteAsync(2, words, _abandon.Token);

    /// <summary>Ends the keep-alives and closes the stream with a flush.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keepingAlive.WaitAsync(cancellationToken).ConfigureAwait(false);
        _output.WriteFlush();
        await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Cancels whatever still waits for the client.</summary>
    public Task AbandonAsync() => _abandon.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await AbandonAsync().ConfigureAwait(false);
        await _keepingAlive.ConfigureAwait(false);
        _stop.Dispose();
        _abandon.Dispose();
        _writing.Dispose();
    }

    private async Task WriteAsync(byte band, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            do
            {
                var frame = data[..Math.Min(data.Length, MaxFrame)];
                data = data[frame.Length..];
                _output.WritePkt([band], frame.Span);
            }
            while (data.Length > 0);
            await _output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task KeepAliveAsync(TimeSpan period, TimeProvider time)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            // The end of the push cancels no flush: a web server would cut the connection before the report.
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                await WriteAsync(1, ReadOnlyMemory<byte>.Empty, _abandon.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The push is over, or the client went away, and transports have their own words for that: the report notices.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
