using Granary.Reliability.Tests.Clients;

namespace Granary.Reliability.Tests.History;

/// <summary>The checker finds what it is there to find; otherwise the tests that rest on it could not fail.</summary>
public sealed class HistoryCheckerTests
{
    private readonly HistoryLog _log = new();

    [Fact]
    public void History_ThatChains_HasNoViolation()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Done(Fate.Unknown, ("a", "1", "2"));
        Done(Fate.Ok, ("a", "2", "3"));
        Done(Fate.Moved, ("a", "1", "4"));
        See(("a", "3"));
        Assert.Empty(Check(("a", "3")));
    }

    [Fact]
    public void AcknowledgedPush_NotInTheChain_IsALostUpdate()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Done(Fate.Ok, ("a", "1", "2"));
        Done(Fate.Ok, ("a", "1", "3"));
        Assert.Contains(Check(("a", "3")), static v => v.EndsWith("2 was acknowledged and is lost", StringComparison.Ordinal));
    }

    [Fact]
    public void RefusedPush_InTheChain_IsReported()
    {
        Done(Fate.Refused, ("a", Command.Zero, "1"));
        Assert.Contains(Check(("a", "1")), static v => v.Contains("was refused and is there", StringComparison.Ordinal));
    }

    [Fact]
    public void Refusal_WhileTheOldValueHeld_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Done(Fate.Moved, ("a", "1", "2"));
        Assert.Contains(Check(("a", "1")), static v => v.Contains("held all the while", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_OlderThanAnAcknowledgement_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Done(Fate.Ok, ("a", "1", "2"));
        See(("a", "1"));
        Assert.Contains(Check(("a", "2")), static v => v.Contains("was seen after a later value", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_BackToWhatWasBeforeAnotherLook_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        var open = _log.Invoke(false, new Step("a", "1", "2"));
        See(("a", "2"));
        See(("a", "1"));
        open.Complete();
        Assert.Contains(Check(("a", "2")), static v => v.Contains("was seen after a later value", StringComparison.Ordinal));
    }

    [Fact]
    public void TwoWinners_OfOneOldValue_AreReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        var first = _log.Invoke(false, new Step("a", "1", "2"));
        var second = _log.Invoke(false, new Step("a", "1", "3"));
        Finish(first, Fate.Ok);
        Finish(second, Fate.Ok);
        foreach (var (last, lost) in new[] { ("2", "3"), ("3", "2") })
            Assert.Contains(Check(("a", last)), v => v == $"a: {lost} was acknowledged and is lost");
    }

    [Fact]
    public void Value_ThatNobodyPushed_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Assert.Contains(Check(("a", "9")), static v => v.Contains("9 was pushed by nobody", StringComparison.Ordinal));
        See(("a", "8"));
        Assert.Contains(Check(("a", "1")), static v => v.EndsWith("8 was seen and never was", StringComparison.Ordinal));
    }

    [Fact]
    public void Ref_BackAtAnEarlierValue_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Done(Fate.Ok, ("a", "1", "2"));
        Assert.Contains(Check(("a", "1")), static v => v.EndsWith("2 was acknowledged and is lost", StringComparison.Ordinal));
    }

    [Fact]
    public void Ref_GoneAfterItsAcknowledgement_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        See();
        Assert.Contains(Check(), static v => v.EndsWith("1 was acknowledged and is lost", StringComparison.Ordinal));
        Assert.Contains(Check(("a", "1")), static v => v.Contains("was seen after a later value", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_AtARefusedValue_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Done(Fate.Refused, ("a", "1", "2"));
        See(("a", "2"));
        Assert.Contains(Check(("a", "1")), static v => v.EndsWith("2 was seen and never was", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_AtWhatIsPushedLater_IsReported()
    {
        See(("a", "1"));
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Assert.Contains(Check(("a", "1")), static v => v.Contains("was seen before it was pushed", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_WhileAPushIsUnderWay_MayShowEitherValue()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        var open = _log.Invoke(false, new Step("a", "1", "2"));
        See(("a", "1"));
        See(("a", "2"));
        Finish(open, Fate.Ok);
        Assert.Empty(Check(("a", "2")));
    }

    [Fact]
    public void AtomicPush_InPart_IsReported()
    {
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        var half = _log.Invoke(true, new Step("a", "1", "2"), new Step("b", "7", "3"));
        half.Steps[0].Fate = Fate.Ok;
        half.Steps[1].Fate = Fate.Moved;
        half.Complete();
        Assert.Contains(Check(("a", "2")), static v => v.Contains("an atomic push came to pass in part", StringComparison.Ordinal));
    }

    [Fact]
    public void PushOfTwoRefs_InPart_IsReported()
    {
        Done(Fate.Unknown, ("a", Command.Zero, "1"), ("b", Command.Zero, "2"));
        Assert.Contains(Check(("a", "1")), static v => v.Contains("came to pass in part", StringComparison.Ordinal));
    }

    [Fact]
    public void Look_AtHalfAPush_IsReported()
    {
        var open = _log.Invoke(false, new Step("a", Command.Zero, "1"), new Step("b", Command.Zero, "2"));
        See(("a", "1"));
        Finish(open, Fate.Ok);
        Assert.Contains(Check(("a", "1"), ("b", "2")), static v => v.Contains("a look showed a push", StringComparison.Ordinal));
    }

    [Fact]
    public void UnknownPush_AfterTheServersDeath_IsReported()
    {
        var late = _log.Invoke(false, new Step("a", "1", "2"));
        late.End(System.Diagnostics.Stopwatch.GetTimestamp());
        Done(Fate.Ok, ("a", Command.Zero, "1"));
        Assert.Contains(Check(("a", "2")), static v => v.Contains("began after it had ended", StringComparison.Ordinal));
    }

    private void Done(Fate fate, params (string Ref, string Old, string New)[] steps) =>
        Finish(_log.Invoke(false, [.. steps.Select(static s => new Step(s.Ref, s.Old, s.New))]), fate);

    private static void Finish(Operation operation, Fate fate)
    {
        foreach (var step in operation.Steps) step.Fate = fate;
        operation.Complete();
    }

    private void See(params (string Ref, string Value)[] refs) =>
        _log.LookAsync(() => Task.FromResult<IReadOnlyDictionary<string, string>>(refs.ToDictionary(static r => r.Ref, static r => r.Value)))
            .GetAwaiter().GetResult();

    private IReadOnlyList<string> Check(params (string Ref, string Value)[] final) =>
        HistoryChecker.Check(_log, final.ToDictionary(static r => r.Ref, static r => r.Value));
}
