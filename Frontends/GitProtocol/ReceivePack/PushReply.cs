using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Git;

namespace Granary.Frontends.GitProtocol.ReceivePack;

/// <summary>
/// The answer to one push in the form the client chose. Nothing is sent before <see cref="Begin"/>: until the request is
/// read, an HTTP frontend can still answer with an error status.
/// </summary>
internal sealed class PushReply(ReceivePackCapabilities capabilities, PipeWriter response, TimeSpan keepAlive, TimeProvider time)
    : IPackListener, IAsyncDisposable
{
    /// <summary>Of a message, in chars.</summary>
    private const int MaxMessage = 1000;

    private readonly Channel<ReadOnlyMemory<byte>> _progress = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });

    private SideBand? _sideBand;
    private Task _telling = Task.CompletedTask;

    public bool WantsProgress => capabilities is { SideBand: true, Quiet: false };

    public void Progress(ReadOnlyMemory<byte> line) => _progress.Writer.TryWrite(line);

    public void Received() => Begin();

    /// <summary>A sentence for the user beside the report, where the client can show one.</summary>
    public void Notice(string sentence)
    {
        if (capabilities.SideBand) Progress(Encoding.UTF8.GetBytes(OneLine(sentence) + "\n"));
    }

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
        await _telling.WaitAsync(cancellationToken).ConfigureAwait(false);
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
        if (_sideBand is not null) await _sideBand.AbandonAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_sideBand is not null) await _sideBand.DisposeAsync().ConfigureAwait(false);
    }

    private static void WriteReport(ArrayBufferWriter<byte> report, string unpack, IReadOnlyList<CommandResult> results)
    {
        report.WriteTextPkt($"unpack {OneLine(unpack)}\n");
        foreach (var result in results)
        {
            if (result.IsOk) report.WritePkt("ok "u8, result.RefName, "\n"u8);
            else WriteRefusal(report, result);
        }

        report.WriteFlush();
    }

    /// <summary>The message is cut to what fits beside the name: refs have moved, so the report may not fail.</summary>
    private static void WriteRefusal(ArrayBufferWriter<byte> report, CommandResult result)
    {
        var message = Encoding.UTF8.GetBytes(OneLine(result.Message ?? "refused"));
        var name = Array.ConvertAll(result.RefName, static b => b < 0x20 ? (byte)'?' : b);
        var room = PktLine.MaxPayload - "ng  \n".Length - name.Length;
        report.WritePkt("ng "u8, name, " "u8, message.AsSpan(0, Math.Min(message.Length, room)), "\n"u8);
    }

    private static string OneLine(string text) => new([.. text.Take(MaxMessage).Select(static c => char.IsControl(c) ? ' ' : c)]);

    private async Task TellAsync(SideBand sideBand)
    {
        await foreach (var line in _progress.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            // A client that went away is noticed by the report.
            await sideBand.TellAsync(line).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
