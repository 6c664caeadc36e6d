using Granary.Imports;
using Granary.V1;
using Grpc.Core;

namespace Granary.Frontends.Rpc.Imports;

/// <summary>
/// Tells a client how its import goes: once a second what changed, and now and then the same again, so that nobody in between
/// takes the call for dead. The import waits for none of it.
/// </summary>
internal sealed class ImportReporter : IImportListener, IAsyncDisposable
{
    private const int SilentTicks = 10;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly IServerStreamWriter<ImportRepositoryResponse> _output;
    private readonly PeriodicTimer _timer;
    private readonly Task _reporting;
    private int _stage = (int)ImportStage.Starting;
    private long _received;

    public ImportReporter(IServerStreamWriter<ImportRepositoryResponse> output, TimeProvider time)
    {
        _output = output;
        _timer = new PeriodicTimer(Tick, time);
        _reporting = ReportAsync();
    }

    public void Reached(ImportStage stage) => Volatile.Write(ref _stage, (int)stage);

    public void Received(long bytes) => Volatile.Write(ref _received, bytes);

    /// <summary>Ends the reports; afterwards the stream is the caller's.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReportAsync()
    {
        var (said, silent) = ((Stage: -1, Received: -1L), 0);
        while (await _timer.WaitForNextTickAsync())
        {
            var now = (Stage: Volatile.Read(ref _stage), Received: Volatile.Read(ref _received));
            if (now == said && ++silent < SilentTicks) continue;
            (said, silent) = (now, 0);

            // The stages of both are numbered alike, but for the one that protobuf wants for "nothing".
            await _output.WriteAsync(new ImportRepositoryResponse
            {
                Stage = (ImportRepositoryResponse.Types.Stage)(now.Stage + 1),
                ReceivedBytes = now.Received,
            });
        }
    }
}
