using Granary.Streams.RabbitMq.Delivery;

namespace Granary.Streams.Tests.RabbitMq;

public sealed class AckWindowTests
{
    private readonly AckWindow _window = new();

    [Fact]
    public void Take_SettledAtTheFront_IsOneAcknowledgement()
    {
        Deliver(1, 2, 3, 4);
        Settle(2, 1, 3);
        Assert.Equal((3UL, []), _window.Take());
        Assert.Equal((0UL, []), _window.Take());
        Assert.Equal(1, _window.Count);
    }

    [Fact]
    public void Take_SettledBehindOneThatIsNot_IsAcknowledgedForItself()
    {
        Deliver(1, 2, 3, 4);
        Settle(2, 4);
        var (upTo, single) = _window.Take();
        Assert.Equal(0UL, upTo);
        Assert.Equal([2UL, 4UL], single.Order());
        Assert.Equal((0UL, []), _window.Take());
    }

    /// <summary>4 was acknowledged before: to name it again would be an error to the broker, which closes the channel.</summary>
    [Fact]
    public void Take_FrontSettledAfterSingleTags_NamesNoTagTwice()
    {
        Deliver(1, 2, 3, 4);
        Settle(2, 4);
        _window.Take();
        Settle(1, 3);
        Assert.Equal((3UL, []), _window.Take());
        Deliver(5);
        Settle(5);
        Assert.Equal((5UL, []), _window.Take());
        Assert.Equal(0, _window.Count);
    }

    private void Deliver(params ulong[] tags) => Array.ForEach(tags, _window.Deliver);

    private void Settle(params ulong[] tags) => Array.ForEach(tags, _window.Settle);
}
