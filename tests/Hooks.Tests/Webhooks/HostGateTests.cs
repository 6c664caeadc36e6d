using Granary.Grains.Hooks.Webhooks.Scheduling;

namespace Granary.Hooks.Tests.Webhooks;

public sealed class HostGateTests
{
    [Fact]
    public void Enter_OneHost_HasItsPlacesAndOneAfterATimeOut()
    {
        var gate = new HostGate(workers: 8, maxPerHost: 2);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => gate.TryEnter("a:80")));
        Assert.Equal(["a:80"], gate.Busy());
        Assert.True(gate.TryEnter("b:80"));
        gate.Leave("a:80", timedOut: true);
        Assert.False(gate.TryEnter("a:80"));
        gate.Leave("a:80", timedOut: true);
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => gate.TryEnter("a:80")));

        // What was not an attempt changes nothing; an answer does.
        gate.Leave("a:80", timedOut: null);
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => gate.TryEnter("a:80")));
        gate.Leave("a:80", timedOut: false);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => gate.TryEnter("a:80")));
    }

    [Fact]
    public void Enter_ManyHostsThatTimedOut_LeaveHalfOfTheWorkersToOthers()
    {
        var gate = new HostGate(workers: 4, maxPerHost: 2);
        foreach (var host in new[] { "a", "b", "c" })
        {
            Assert.True(gate.TryEnter(host));
            gate.Leave(host, timedOut: true);
        }

        Assert.Equal([true, true, false], new[] { "a", "b", "c" }.Select(gate.TryEnter));
        Assert.Contains("c", gate.Busy());
        Assert.Equal([true, true, false], new[] { "good", "good", "other" }.Select(gate.TryEnter));
        Assert.Equal((4, 0), (gate.UnderWay, gate.Free));
        gate.Leave("a", timedOut: true);
        Assert.True(gate.TryEnter("c"));
    }
}
