using System.IO.Pipelines;
using Granary.Accounts;
using Granary.Frontends.GitProtocol.PktLines;
using Granary.Frontends.GitProtocol.ReceivePack;
using Granary.Git;
using Granary.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Granary.Frontends.GitProtocol.Tests.ReceivePack;

public sealed class ReceivePackSessionTests : IAsyncDisposable
{
    private const string Report = "report-status";
    private const string SideBand = "report-status side-band-64k";

    private static readonly RepositoryId Repository = RepositoryId.New();
    private static readonly string Create = $"{Refs.Zero} {Refs.Id(1)} refs/heads/main";
    private static readonly string Other = $"{Refs.Zero} {Refs.Id(2)} refs/heads/other";

    private readonly FakeRepository _repository = new();
    private readonly FakeRefCache _refs = new(Refs.Empty);
    private readonly FakePackReceiver _packs = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _response = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    public ValueTask DisposeAsync() => _packs.DisposeAsync();

    private Task ServeToAsync(PipeReader request, PipeWriter response, CancellationToken cancellationToken) =>
        new ReceivePackSession(
            new FakeGrainFactory(Repository, _repository), _refs, _packs, Options.Create(new GitProtocolOptions()), _time,
            NullLogger<ReceivePackSession>.Instance).ServeAsync(Repository, Caller.System, PushTransport.Http, request, response, cancellationToken);

    private Task ServeToAsync(string request) => ServeToAsync(Wire.Reader(request), _response.Writer, Wire.Cancel);

    /// <summary>The bytes of the answer to a push of these commands with a pack.</summary>
    private async Task<string> PushAsync(string capabilities, params string[] commands)
    {
        await ServeToAsync(Request(capabilities, commands) + "PACK");
        return await AnswerAsync();
    }

    private async Task<string> AnswerAsync()
    {
        await _response.Writer.CompleteAsync();
        return await Wire.RestAsync(_response.Reader);
    }

    private static string Request(string capabilities, params string[] commands) =>
        Wire.Lines([commands[0] + "\0" + capabilities + "\n", .. commands[1..]]) + Wire.Flush;

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    public async Task Serve_Probe_AnswersNothing(string probe)
    {
        await ServeToAsync(probe);
        Assert.Equal("", await AnswerAsync());
        Assert.Null(_packs.Pack);
    }

    [Fact]
    public async Task Serve_Push_ReportsAndAppliesIt()
    {
        Assert.Equal(Wire.Lines("unpack ok\n", "ok refs/heads/main\n") + Wire.Flush, await PushAsync(Report, Create));
        Assert.Equal("PACK", _packs.Pack);
        var push = Assert.Single(_repository.Pushes);
        Assert.True(push is { Atomic: false, HasQuarantine: true, Protocol: "http" });
        Assert.True(_packs.IsDisposed);
    }

    [Fact]
    public async Task Serve_ClientWithoutReportStatus_IsToldNothing()
    {
        Assert.Equal("", await PushAsync("", Create));
        Assert.Single(_repository.Pushes);
    }

    [Fact]
    public async Task Serve_SideBandWithoutReportStatus_IsAFlush() => Assert.Equal(Wire.Flush, await PushAsync("side-band-64k", Create));

    [Fact]
    public async Task Serve_SideBand_FramesTheReport() =>
        Assert.Equal(
            Wire.Line("\u0001" + Wire.Lines("unpack ok\n", "ok refs/heads/main\n") + Wire.Flush) + Wire.Flush, await PushAsync(SideBand, Create));

    [Fact]
    public async Task Serve_ReportLargerThanAFrame_IsSplitWithoutLoss()
    {
        var names = Enumerable.Range(0, 4000).Select(static n => $"refs/heads/{new string('x', 40)}/{n}").ToArray();
        var answer = Wire.Split(await PushAsync(SideBand, [.. names.Select(static n => $"{Refs.Zero} {Refs.Id(1)} {n}")]));
        Assert.Equal(Wire.Flush, answer[^1]);
        Assert.True(answer.Count > 4);
        Assert.Equal(PktLine.MaxPayload, answer[0].Length);
        Assert.All(answer[..^1], static f => Assert.Equal('\u0001', f[0]));
        Assert.Equal(["unpack ok\n", .. names.Select(static n => $"ok {n}\n"), Wire.Flush], Wire.Split(string.Concat(answer[..^1].Select(static f => f[1..]))));
    }

    [Fact]
    public async Task Serve_Progress_IsOnBandTwo()
    {
        _packs.Working = static progress =>
        {
            progress!("Resolving deltas: 100%\r"u8.ToArray());
            return Task.CompletedTask;
        };
        Assert.Equal("\u0002Resolving deltas: 100%\r", Wire.Split(await PushAsync(SideBand, Create))[0]);
    }

    [Theory]
    [InlineData(SideBand + " quiet")]
    [InlineData(Report)]
    public async Task Serve_QuietOrNoSideBand_AsksForNoProgress(string capabilities)
    {
        var asked = false;
        _packs.Working = progress =>
        {
            asked = progress is not null;
            return Task.CompletedTask;
        };
        await PushAsync(capabilities, Create);
        Assert.False(asked);
    }

    [Fact]
    public async Task Serve_PackRefused_ReportsItForEachRef()
    {
        _packs.PackFault = new PackRefusedException("the pack is\ncorrupt");
        Assert.Equal(
            ["unpack the pack is corrupt\n", "ng refs/heads/main the pack was refused\n", "ng refs/heads/other the pack was refused\n", Wire.Flush],
            Wire.Split(await PushAsync(Report, Create, Other)));
        Assert.Empty(_repository.Pushes);
    }

    [Fact]
    public async Task Serve_PackCouldNotBeStored_ReportsItWithoutDetails()
    {
        _packs.PackFault = new IOException("a path of ours");
        Assert.Equal("unpack the server could not store the pack\n", Wire.Split(await PushAsync(Report, Create))[0]);
    }

    [Fact]
    public async Task Serve_BadNameAmongOthers_RefusesThatOneOnly()
    {
        Assert.Equal(
            ["unpack ok\n", "ok refs/heads/main\n", "ng refs/heads/a..b ref name contains '..'\n", Wire.Flush],
            Wire.Split(await PushAsync(Report, Create, $"{Refs.Zero} {Refs.Id(2)} refs/heads/a..b")));
        Assert.Single(Assert.Single(_repository.Pushes).Updates);
    }

    [Fact]
    public async Task Serve_NameThatIsNotUtf8_IsReportedByItsBytes() =>
        Assert.StartsWith("ng refs/heads/\u00fe ", Wire.Split(await PushAsync(Report, $"{Refs.Zero} {Refs.Id(2)} refs/heads/\u00fe"))[1], StringComparison.Ordinal);

    [Fact]
    public async Task Serve_LongestNameWithALongRefusal_IsReported()
    {
        var name = "refs/heads/" + new string('\u00fe', PktLine.MaxPayload - 93);
        await ServeToAsync(Wire.Lines(Create + "\0" + Report, $"{Refs.Zero} {Refs.Id(2)} {name}") + Wire.Flush + "PACK");
        Assert.StartsWith($"ng {name} ref name", Wire.Split(await AnswerAsync())[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_EndlessRefusal_IsCut()
    {
        _repository.Apply = static push =>
            new PushOutcome([.. push.Updates.Select(static u => new RefUpdateResult(u.Name, RefUpdateStatus.RejectedOtherReason, new string('\u20ac', 70_000)))], 0);
        Assert.True(Wire.Split(await PushAsync(Report, Create))[1].Length < 4000);
    }

    [Fact]
    public async Task Serve_AtomicWithABadName_RefusesAll()
    {
        Assert.Equal(
            ["unpack ok\n", "ng refs/heads/main atomic push: another ref was refused\n", "ng refs/heads/a..b ref name contains '..'\n", Wire.Flush],
            Wire.Split(await PushAsync(Report + " atomic", Create, $"{Refs.Zero} {Refs.Id(2)} refs/heads/a..b")));
        Assert.Empty(_repository.Pushes);
    }

    [Fact]
    public async Task Serve_AtomicWithARefusalOfTheInspection_RefusesAll()
    {
        _packs.Refuse = static u => u.Name.Value == "refs/heads/other" ? new RefUpdateResult(u.Name, RefUpdateStatus.RejectedMissingObject, "missing") : null;
        Assert.Equal(
            ["unpack ok\n", "ng refs/heads/main atomic push: another ref was refused\n", "ng refs/heads/other missing\n", Wire.Flush],
            Wire.Split(await PushAsync(Report + " atomic", Create, Other)));
        Assert.Empty(_repository.Pushes);
    }

    [Fact]
    public async Task Serve_NotAtomic_AppliesTheRest()
    {
        _packs.Refuse = static u => u.Name.Value == "refs/heads/main" ? new RefUpdateResult(u.Name, RefUpdateStatus.RejectedMissingObject) : null;
        Assert.Equal(
            ["unpack ok\n", "ng refs/heads/main RejectedMissingObject\n", "ok refs/heads/other\n", Wire.Flush], Wire.Split(await PushAsync(Report, Create, Other)));
    }

    [Fact]
    public async Task Serve_RefusalByTheRepository_IsASentenceOnOneLine()
    {
        _repository.Apply = static push => new PushOutcome([.. push.Updates.Select(static u => new RefUpdateResult(u.Name, RefUpdateStatus.LockFailure, "fetch\nfirst\u001b"))], 0);
        Assert.Equal("ng refs/heads/main fetch first \n", Wire.Split(await PushAsync(Report, Create))[1]);
    }

    [Fact]
    public async Task Serve_PushOptions_ReachTheRepository()
    {
        await ServeToAsync(Request(Report + " push-options atomic", Create) + Wire.Line("a=b") + Wire.Flush + "PACK");
        var push = Assert.Single(_repository.Pushes);
        Assert.Equal(["a=b"], push.PushOptions);
        Assert.True(push.Atomic);
    }

    [Fact]
    public async Task Serve_Deletion_WaitsForNoPackAndTakesNoPlace()
    {
        _packs.Busy = true;
        var open = new Pipe();
        await open.Writer.WriteAsync(Wire.Bytes(Request(Report, $"{Refs.Id(1)} {Refs.Zero} refs/heads/main")), Wire.Cancel);
        await ServeToAsync(open.Reader, _response.Writer, Wire.Cancel);
        Assert.Equal(["unpack ok\n", "ok refs/heads/main\n", Wire.Flush], Wire.Split(await AnswerAsync()));
        Assert.False(Assert.Single(_repository.Pushes).HasQuarantine);
    }

    public static TheoryData<Exception> LostAnswers =>
        [new TimeoutException(), new OrleansException("silo"), new RepositoryUnavailableException(Repository), new InvalidOperationException(), new OperationCanceledException()];

    [Theory]
    [MemberData(nameof(LostAnswers), DisableDiscoveryEnumeration = true)]
    public async Task Serve_AnswerLost_ReportsTheOutcome(Exception fault)
    {
        _repository.Apply = _ => throw fault;
        _repository.Outcome = FakeRepository.Accept;
        Assert.Equal(["unpack ok\n", "ok refs/heads/main\n", Wire.Flush], Wire.Split(await PushAsync(Report, Create)));
        Assert.Equal(_repository.Pushes.Single().PushId, Assert.Single(_repository.Asked));
    }

    // Side-band frames may have been sent: an exception here would only break the connection.
    [Fact]
    public async Task Serve_InspectionFails_IsReported()
    {
        _packs.InspectFault = new GitProcessException("git failed", 128);
        var answer = Wire.Split(await PushAsync(SideBand, Create));
        Assert.Contains("nothing was changed", Wire.Split(answer[0][1..])[1], StringComparison.Ordinal);
        Assert.Equal(Wire.Flush, answer[^1]);
        Assert.Empty(_repository.Pushes);
    }

    [Fact]
    public async Task Serve_RefsUnavailable_IsReported()
    {
        _refs.Fault = new RepositoryUnavailableException(Repository);
        Assert.Contains("nothing was changed", Wire.Split(await PushAsync(Report, Create))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_InspectionFailsForAClientWithoutReport_PassesThrough()
    {
        _packs.InspectFault = new GitProcessException("git failed", 128);
        await Assert.ThrowsAsync<GitProcessException>(() => PushAsync("", Create));
    }

    [Fact]
    public async Task Serve_AnswerLostAndNothingStored_SaysSo()
    {
        _repository.Apply = static _ => throw new TimeoutException();
        Assert.Contains("nothing was changed", Wire.Split(await PushAsync(Report, Create))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_OutcomeUnknown_SaysSo()
    {
        _repository.Apply = static _ => throw new TimeoutException();
        _repository.Outcome = static _ => throw new TimeoutException();
        var line = Wire.Split(await PushAsync(Report, Create))[1];
        Assert.StartsWith("ng refs/heads/main ", line, StringComparison.Ordinal);
        Assert.Contains("fetch to see", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_Busy_PassesThroughBeforeAnyByte()
    {
        _packs.Busy = true;
        await Assert.ThrowsAsync<GitBusyException>(() => PushAsync(SideBand, Create));
        Assert.Equal("", await AnswerAsync());
        Assert.True(_packs.IsDisposed);
    }

    [Fact]
    public async Task Serve_Malformed_PassesThroughBeforeAnyByte()
    {
        await Assert.ThrowsAsync<GitProtocolException>(() => ServeToAsync(Wire.Line("nonsense") + Wire.Flush));
        Assert.Equal("", await AnswerAsync());
    }

    [Fact]
    public async Task Serve_PackStillComing_NothingIsWritten()
    {
        var request = new Pipe();
        var serving = ServeToAsync(request.Reader, _response.Writer, Wire.Cancel);
        await request.Writer.WriteAsync(Wire.Bytes(Request(SideBand, Create) + "PA"), Wire.Cancel);
        _time.Advance(TimeSpan.FromMinutes(1));
        await request.Writer.WriteAsync(Wire.Bytes("CK"), Wire.Cancel);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_response.Reader.TryRead(out _));
        await request.Writer.CompleteAsync();
        await serving;
        Assert.Equal(2, Wire.Split(await AnswerAsync()).Count);
    }

    [Fact]
    public async Task Serve_GitWorksLong_KeepsTheClientAwake()
    {
        var done = new TaskCompletionSource();
        var working = new TaskCompletionSource();
        _packs.Working = _ =>
        {
            working.SetResult();
            return done.Task;
        };
        var serving = ServeToAsync(Request(SideBand, Create) + "PACK");
        await working.Task;
        for (var beat = 0; beat < 3; beat++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            var read = await _response.Reader.ReadAsync(Wire.Cancel);
            Assert.Equal("0005\u0001", Wire.Text(System.Buffers.BuffersExtensions.ToArray(read.Buffer)));
            _response.Reader.AdvanceTo(read.Buffer.End);
        }

        done.SetResult();
        await serving;
        Assert.Equal("\u0001" + Wire.Lines("unpack ok\n", "ok refs/heads/main\n") + Wire.Flush, Wire.Split(await AnswerAsync())[0]);
    }

    [Fact]
    public async Task Serve_ClientGoneBeforeTheRefsMove_ChangesNothing()
    {
        using var gone = new CancellationTokenSource();
        _packs.Working = _ => gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ServeToAsync(Wire.Reader(Request(SideBand, Create) + "PACK"), _response.Writer, gone.Token));
        Assert.Empty(_repository.Pushes);
        Assert.True(_packs.IsDisposed);
    }

    [Fact]
    public async Task Advertise_V2_IsAnsweredInV0()
    {
        var session = new ReceivePackSession(
            new FakeGrainFactory(Repository, _repository), _refs, _packs, Options.Create(new GitProtocolOptions()), _time, NullLogger<ReceivePackSession>.Instance);
        Assert.Equal(2, Wire.Split((await session.AdvertiseAsync(Repository, GitProtocolVersion.V2, Wire.Cancel)).Span).Count);
        Assert.Equal(3, Wire.Split((await session.AdvertiseAsync(Repository, GitProtocolVersion.V1, Wire.Cancel)).Span).Count);
    }
}
