using System.IO.Pipelines;
using System.Text;
using Granary.Git;
using Granary.Grains.Git.Packs;
using Granary.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace Granary.Grains.Tests.Git;

/// <summary>Dialogues and archives with the real git over pipes.</summary>
public sealed class ServiceProcessTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _request = new();
    private readonly Pipe _response = new();
    private readonly ObjectId _tip;
    private readonly ServiceProcess _service;

    public ServiceProcessTests()
    {
        _tip = _repository.Commits(3)[^1];
        _repository.Git("update-ref", "refs/heads/main", _tip.ToString());
        _service = new ServiceProcess(_repository.Command, _repository.OptionsWrapper, _time);
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Dialogue_Clone_BeginsWithGitsAnswerAndWaitsForTheClient()
    {
        var running = Dialogue().RunAsync(_repository.Id, _request.Reader, _response.Writer, None);
        await SayAsync(Line($"want {_tip} side-band-64k ofs-delta\n") + "0000");
        _time.Advance(TimeSpan.FromDays(1)); // Longer than git may be silent once it is asked.
        Assert.False(running.IsCompleted);
        await SayAsync(Line("done\n"));
        await _request.Writer.CompleteAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        var answer = await AnswerAsync();
        Assert.StartsWith("0008NAK\n", answer, StringComparison.Ordinal);
        Assert.Contains("PACK", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("refs/heads/main", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialogue_Shallow_GitAnswersEachRoundAtOnce()
    {
        var running = Dialogue().RunAsync(_repository.Id, _request.Reader, _response.Writer, None);
        await SayAsync(Line($"want {_tip}\n") + Line("deepen 1\n") + "0000");
        var answer = await _response.Reader.ReadAtLeastAsync(4).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith($"0034shallow {_tip}", Encoding.Latin1.GetString(answer.Buffer.FirstSpan), StringComparison.Ordinal);
        _response.Reader.AdvanceTo(answer.Buffer.End);
        await SayAsync(Line("done\n"));
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("PACK", await AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialogue_WhoseClientLeaves_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var running = Dialogue().RunAsync(_repository.Id, _request.Reader, _response.Writer, cancel.Token);
        await SayAsync(Line($"want {_tip}\n") + "0000");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Dialogue_GitRefuses_SaysWhyThoughTheClientIsSilent()
    {
        var running = Dialogue().RunAsync(_repository.Id, _request.Reader, _response.Writer, None);
        await SayAsync(Line($"want {new string('1', 40)}\n") + "0000");
        var refused = await Assert.ThrowsAsync<GitProcessException>(() => running.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("not our ref", refused.Message, StringComparison.Ordinal);
        Assert.Equal(GitProcessException.Died, refused.ExitCode);
    }

    [Fact]
    public async Task Dialogues_MoreThanAllowed_AreBusy()
    {
        _repository.Options.MaxDialogues = 1;
        var dialogues = Dialogue();
        using var cancel = new CancellationTokenSource();
        var running = dialogues.RunAsync(_repository.Id, _request.Reader, _response.Writer, cancel.Token);
        await Assert.ThrowsAsync<GitBusyException>(() => dialogues.RunAsync(_repository.Id, new Pipe().Reader, new Pipe().Writer, None));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        // The one that ended gave its room back.
        using var later = new CancellationTokenSource();
        running = dialogues.RunAsync(_repository.Id, new Pipe().Reader, new Pipe().Writer, later.Token);
        Assert.False(running.IsFaulted);
        await later.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Archive_OfABranch_IsATarInSideBand()
    {
        var request = Line("argument HEAD\n") + "0000";
        await new UploadArchive(_service, _repository.Layout).RunAsync(_repository.Id, Encoding.ASCII.GetBytes(request), _response.Writer, None);
        Assert.StartsWith("0008ACK\n0000", await AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_OfAnObjectId_IsRefused()
    {
        var request = Line($"argument {_tip}\n") + "0000";
        var archive = new UploadArchive(_service, _repository.Layout).RunAsync(_repository.Id, Encoding.ASCII.GetBytes(request), _response.Writer, None);
        await archive.ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Contains("no such ref", await AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void StallClock_StrikesOnlyWhileGitIsAskedAndSilent()
    {
        var struck = 0;
        var (timeout, longer) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        using var clock = new StallClock(timeout, _time, () => struck++);
        clock.Waiting();
        _time.Advance(longer);
        clock.Asked();
        clock.Answered();
        _time.Advance(longer);
        clock.Waiting();
        _time.Advance(timeout - TimeSpan.FromSeconds(1));
        Assert.Equal((0, false), (struck, clock.HasStruck));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, true), (struck, clock.HasStruck));
    }

    private FetchDialogue Dialogue() => new(_service, _repository.Layout, _repository.OptionsWrapper);

    private static string Line(string text) => $"{text.Length + 4:x4}{text}";

    private async Task SayAsync(string text) => await _request.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));

    private async Task<string> AnswerAsync()
    {
        await _response.Writer.CompleteAsync();
        using var all = new MemoryStream();
        await _response.Reader.CopyToAsync(all);
        return Encoding.Latin1.GetString(all.ToArray());
    }
}
