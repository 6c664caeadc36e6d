using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.Requests;
using Granary.Git;

namespace Granary.Frontends.GitProtocol.Tests.Requests;

public sealed class RequestMeasureTests
{
    // A protocol of this test's own tells its requests from those of tests beside it.
    private readonly string _protocol = "test-" + Guid.NewGuid().ToString("N");

    private readonly List<string> _ended = [];

    [Fact]
    public void Requests_OneAfterTheOther_AreMeasuredApart()
    {
        using var listener = Listen();
        var measure = new RequestMeasure(_protocol, TimeProvider.System);
        measure.Begin(RequestVerb.InfoRefs);
        measure.End();
        measure.End();
        measure.Begin(RequestVerb.UploadPack);
        measure.Verb = RequestVerb.LsRefs;
        measure.Fail(RequestOutcome.Busy);
        measure.Fail(RequestOutcome.Failed);
        measure.Begin(RequestVerb.Archive);
        measure.End();
        Assert.Equal(["info-refs ok", "ls-refs busy", "archive ok"], _ended);
    }

    [Fact]
    public void Fail_BetweenRequests_CountsAProtocolErrorAndNotAClientThatGoes()
    {
        using var listener = Listen();
        var measure = new RequestMeasure(_protocol, TimeProvider.System);
        measure.Begin(RequestVerb.InfoRefs);
        measure.End();
        measure.Verb = RequestVerb.UploadPack;
        measure.Fail(RequestOutcome.ClientGone);
        measure.End();
        measure.Fail(RequestOutcome.Invalid);
        measure.End();
        Assert.Equal(["info-refs ok", "upload-pack invalid"], _ended);
    }

    [Fact]
    public async Task Pipes_CountWhatIsConsumedAndWritten()
    {
        var measure = new RequestMeasure(_protocol, TimeProvider.System);
        var pipe = new Pipe();
        var writer = new MeasuredPipeWriter(pipe.Writer, measure);
        await writer.WriteAsync(new byte[1000], TestContext.Current.CancellationToken);
        var reader = new MeasuredPipeReader(pipe.Reader, measure);
        var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(read.Buffer.GetPosition(400), read.Buffer.End);
        await writer.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(read.Buffer.GetPosition(400));
        Assert.True(reader.TryRead(out read));
        reader.AdvanceTo(read.Buffer.End);
        await writer.CompleteAsync();
        read = await reader.ReadAsync(TestContext.Current.CancellationToken);
        reader.AdvanceTo(read.Buffer.End);
        Assert.Equal((1010, 1010), (measure.Sent, measure.Received));
    }

    [Fact]
    public void Measuring_ARequest_AllocatesNothingButTheMeasure()
    {
        using var listener = new MeterListener { InstrumentPublished = static (i, l) => { if (i.Meter.Name == "Granary.Requests") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.Start();
        var measure = new RequestMeasure(_protocol, TimeProvider.System);
        for (var i = 0; i < 100; i++) Measure(measure);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Measure(measure);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Measure(RequestMeasure measure)
        {
            measure.Begin(RequestVerb.LsRefs);
            measure.Received = 10;
            measure.Sent = 20;
            measure.End();
        }
    }

    [Fact]
    public void Fault_OfEachKind_HasItsOutcome()
    {
        Assert.Equal(RequestOutcome.Invalid, RequestFaults.OutcomeOf(new GitProtocolException("x")));
        Assert.Equal(RequestOutcome.Busy, RequestFaults.OutcomeOf(new GitBusyException(TimeSpan.Zero)));
        Assert.Equal(RequestOutcome.Refused, RequestFaults.OutcomeOf(new GitProcessException("not our ref", GitProcessException.Died)));
        Assert.Equal(RequestOutcome.Failed, RequestFaults.OutcomeOf(new GitProcessException("crashed", 139)));
        Assert.Equal(RequestOutcome.Failed, RequestFaults.OutcomeOf(new TimeoutException()));
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "granary.requests.duration") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            if ((string?)tags[0].Value == _protocol) _ended.Add($"{tags[1].Value} {tags[2].Value}");
        });
        listener.Start();
        return listener;
    }
}
