using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.ReceivePack;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Frontends.GitProtocol.Tests.ReceivePack;

public sealed class SideBandTests
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly FlushingWriter _output = new();

    [Fact]
    public async Task End_AfterAKeepAliveThatFailed_StillSendsTheReport()
    {
        await using var sideBand = new SideBand(_output, KeepAlive, _time);
        _output.OnFlush = static _ => Task.FromException(new InvalidOperationException("stalled"));
        _time.Advance(KeepAlive);
        await _output.Flushing;
        _output.OnFlush = static _ => Task.CompletedTask;
        await sideBand.ReportAsync("report"u8.ToArray(), Wire.Cancel);
        await sideBand.EndAsync(Wire.Cancel);
        Assert.Equal(Wire.Line("\u0001") + Wire.Line("\u0001report") + Wire.Flush, _output.Text);
    }

    // A web server ends the connection when a flush is cancelled: the report behind it would be lost.
    [Fact]
    public async Task End_WhileAKeepAliveWaitsForTheClient_CancelsNoFlush()
    {
        await using var sideBand = new SideBand(_output, KeepAlive, _time);
        var readByClient = new TaskCompletionSource();
        CancellationToken given = default;
        _output.OnFlush = token =>
        {
            given = token;
            return readByClient.Task;
        };
        _time.Advance(KeepAlive);
        await _output.Flushing;
        _output.OnFlush = static _ => Task.CompletedTask;
        var end = sideBand.EndAsync(Wire.Cancel);
        Assert.False(given.IsCancellationRequested);
        Assert.False(end.IsCompleted);
        readByClient.SetResult();
        await end;
        Assert.Equal(Wire.Line("\u0001") + Wire.Flush, _output.Text);
    }

    [Fact]
    public async Task Dispose_WhileAFlushWaitsForAClientThatIsGone_Ends()
    {
        var sideBand = new SideBand(_output, KeepAlive, _time);
        _output.OnFlush = static token => Task.Delay(Timeout.InfiniteTimeSpan, token);
        _time.Advance(KeepAlive);
        await _output.Flushing;
        await sideBand.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Wire.Cancel);
    }

    /// <summary>Keeps what is written; what a flush does is up to the test.</summary>
    private sealed class FlushingWriter : PipeWriter
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _written = new();
        private readonly TaskCompletionSource _flushing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<CancellationToken, Task> OnFlush { get; set; } = static _ => Task.CompletedTask;

        /// <summary>Ends with the first flush.</summary>
        public Task Flushing => _flushing.Task;

        public string Text => Wire.Text(_written.WrittenSpan);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var flush = OnFlush(cancellationToken);
            _flushing.TrySetResult();
            await flush;
            return default;
        }

        public override void Advance(int bytes) => _written.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
