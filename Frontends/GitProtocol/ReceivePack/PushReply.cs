using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Granary.Frontends.GitProtocol.PktLines;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>
/// The answer to one push in the form the client chose. Nothing is sent before <see cref="Begin"/>: until the request is
/// read, an HTTP frontend can still answer with an error status.
/// </summary>
internal sealed class PushReply(ReceivePackCapabilities capabilities, PipeWriter response, TimeSpan keepAlive, TimeProvider time) : IAsyncDisposable
{
    private readonly Channel<ReadOnlyMemory<byte>> _progress = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });

    private SideBand? _sideBand;
    private Task _telling = Task.CompletedTask;

    /// <summary>Takes lines of progress; null when the client wants none.</summary>
    public Action<ReadOnlyMemory<byte>>? Progress => capabilities is { SideBand: true, Quiet: false } ? line => _progress.Writer.TryWrite(line) : null;

    /// <summary>The request was read: progress and keep-alives may flow.</summary>
    public void Begin()
    {
        if (!capabilities.SideBand || _sideBand is not null) return;
        _sideBand = new SideBand(response, keepAlive, time);
        _telling = TellAsync(_sideBand);
    }

    /// <summary>Sends the report, gitprotocol-pack(5) "Report Status".</summary>
    public async Task EndAsync(string unpack, IReadOnlyList<CommandResult> results, CancellationToken cancellationToken)
    {
        _progress.Writer.Complete();
        await _telling.ConfigureAwait(false);
        var report = new ArrayBufferWriter<byte>();
        if (capabilities.ReportStatus) WriteReport(report, unpack, results);
        if (_sideBand is null)
        {
            if (report.WrittenCount > 0) await response.WriteAsync(report.WrittenMemory, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (report.WrittenCount > 0) await _sideBand.ReportAsync(report.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await _sideBand.EndAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _progress.Writer.TryComplete();
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_sideBand is not null) await _sideBand.DisposeAsync().ConfigureAwait(false);
    }

    private static void WriteReport(ArrayBufferWriter<byte> report, string unpack, IReadOnlyList<CommandResult> results)
    {
        report.WriteTextPkt($"unpack {OneLine(unpack)}\n");
        foreach (var result in results)
        {
            report.WriteTextPkt(result.IsOk ? $"ok {result.RefName}\n" : $"ng {OneLine(result.RefName)} {OneLine(result.Message ?? "refused")}\n");
        }

        report.WriteFlush();
    }

    private static string OneLine(string text) => new([.. text.Select(static c => char.IsControl(c) ? ' ' : c)]);

    private async Task TellAsync(SideBand sideBand)
    {
        await foreach (var line in _progress.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            // A client that went away is noticed by the report.
            await sideBand.TellAsync(line, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
