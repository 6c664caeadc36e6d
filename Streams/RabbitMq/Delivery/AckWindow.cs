namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>
/// The delivery tags of one channel that are not acknowledged. What is settled at the front of them is acknowledged with one
/// frame, however many they are; what is settled behind one that is not, tag by tag. Not safe for several threads.
/// </summary>
internal sealed class AckWindow
{
    private readonly Queue<ulong> _outstanding = new();
    private readonly HashSet<ulong> _settled = [];
    private readonly HashSet<ulong> _acknowledged = [];

    public int Count { get; private set; }

    /// <summary>Tags ascend.</summary>
    public void Deliver(ulong tag)
    {
        _outstanding.Enqueue(tag);
        Count++;
    }

    public void Settle(ulong tag)
    {
        _settled.Add(tag);
        Count--;
    }

    /// <summary>What to acknowledge: everything up to a tag (0: nothing), then single tags. It counts as done.</summary>
    public (ulong UpTo, ulong[] Single) Take()
    {
        ulong upTo = 0;
        while (_outstanding.TryPeek(out var tag))
        {
            // The last one must not have been acknowledged before: the broker would take it for an error.
            if (_settled.Remove(tag)) upTo = tag;
            else if (!_acknowledged.Remove(tag)) break;
            _outstanding.Dequeue();
        }

        ulong[] single = [.. _settled];
        _acknowledged.UnionWith(single);
        _settled.Clear();
        return (upTo, single);
    }
}
