using Granary.Frontends.Ssh.Protocol.Channels;
using Granary.Frontends.Ssh.Protocol.Wire;
using Microsoft.Extensions.Options;

namespace Granary.Frontends.Ssh.Protocol.Tests.Channels;

/// <summary>Rule 10: small at first, large for whoever uses it, never beyond what was given.</summary>
public sealed class ReceiveWindowTests
{
    private const int KiB = 1 << 10;
    private const int MiB = 1 << 20;

    private readonly WindowBudget _budget = new(Options.Create(new SshOptions { WindowBudget = 8 * MiB }));

    /// <summary>A client that sends all it may, and a command that takes it at once: each round trip is worth twice the one before, as in TCP's slow start.</summary>
    [Fact]
    public void CommandThatKeepsUp_DoublesTheWindowEachRoundTrip()
    {
        var window = Create();
        var open = 256 * KiB;
        var rounds = new List<int>();
        for (var round = 0; round < 7; round++)
        {
            rounds.Add(open / KiB);
            open = Send(window, open, consumed: open);
        }

        Assert.Equal([256, 512, 1024, 2048, 4096, 8192, 8192], rounds);
    }

    [Fact]
    public void CommandThatLagsBehind_LeavesTheWindowAsItIs()
    {
        var window = Create();
        window.Accept(256 * KiB);
        var given = 0L;
        for (var i = 0; i < 100; i++)
        {
            // It takes a quarter, and the client fills it up again at once.
            window.Consumed(64 * KiB);
            var credit = (int)window.TakeCredit();
            given += credit;
            window.Accept(credit);
        }

        Assert.Equal(100 * 64 * KiB, given);
    }

    [Fact]
    public void Budget_TakenByAnother_LeavesTheWindowAsItIsUntilItIsGivenBack()
    {
        Assert.True(_budget.TryTake(8 * MiB));
        var window = Create();
        var open = Send(window, 256 * KiB, consumed: 256 * KiB);
        Assert.Equal(256 * KiB, open);
        _budget.Return(8 * MiB);
        Assert.Equal(512 * KiB, Send(window, open, consumed: open));
        window.Release();
        Assert.True(_budget.TryTake(8 * MiB)); // What it had is back.
    }

    [Fact]
    public void Accept_OfMoreThanIsOpen_IsAnError()
    {
        var window = Create();
        window.Accept(200 * KiB);
        Assert.Throws<SshProtocolException>(() => window.Accept(57 * KiB));
    }

    private ReceiveWindow Create() => new(256 * KiB, 8 * MiB, _budget);

    /// <summary>What the client may send after it has sent all that it might and heard of what was taken.</summary>
    private static int Send(ReceiveWindow window, int open, int consumed)
    {
        const int packet = 32 * KiB;
        var credit = 0;
        window.Accept(open);
        for (var taken = 0; taken < consumed; taken += packet)
        {
            if (window.Consumed(packet)) credit += (int)window.TakeCredit();
        }

        return credit;
    }
}
