using Granary.Streams.Delivery;
using Granary.Streams.Embedded.Files;

namespace Granary.Streams.Embedded.Delivery;

/// <summary>
/// Reads a queue's messages in order, up to what the cache has room for. A stream with as many messages in memory as one
/// stream may have is left out from there on and caught up with later, so that it does not keep others from being read.
/// </summary>
internal sealed class QueueReader(string queue, QueueFile file, MessageCache cache)
{
    private const int MaxRead = 256;

    /// <summary>Streams that are behind <see cref="_position"/>, with the last id read of each.</summary>
    private readonly Dictionary<StreamId, long> _behind = [];

    private long _position;

    /// <summary>Begins anew: whatever is not acknowledged is read again.</summary>
    public void Reset()
    {
        _behind.Clear();
        _position = 0;
    }

    /// <summary>What there is room for, or null when the queue has another reader.</summary>
    public async Task<List<StoredMessage>?> ReadAsync(long epoch)
    {
        var messages = new List<StoredMessage>();
        foreach (var (stream, after) in _behind.ToList())
        {
            // Half of its room first: else each acknowledgement would be a query.
            var room = Math.Min(cache.RoomOf(stream), cache.Free - messages.Count);
            if (room < Math.Min(cache.RoomPerStream, cache.Free) / 2 || room <= 0) continue;
            var last = _position;
            if (await ReadOwnedAsync(epoch, session => session.ReadStream(queue, stream, after, last, room)) is not { } caughtUp) return null;
            messages.AddRange(caughtUp);
            if (caughtUp.Count < room) _behind.Remove(stream);
            else _behind[stream] = caughtUp[^1].Id;
        }

        if (messages.Count > 0) return messages;
        return await ReadNewAsync(epoch);
    }

    private async Task<List<StoredMessage>?> ReadNewAsync(long epoch)
    {
        var messages = new List<StoredMessage>();
        while (messages.Count == 0 && cache.Free > 0)
        {
            var (after, count) = (_position, Math.Min(MaxRead, cache.Free));
            if (await ReadOwnedAsync(epoch, session => session.Read(queue, after, count)) is not { } read) return null;
            var taken = new Dictionary<StreamId, int>();
            foreach (var message in read)
            {
                _position = message.Id;
                if (_behind.ContainsKey(message.Stream)) continue;
                var already = taken.GetValueOrDefault(message.Stream);
                if (already >= cache.RoomOf(message.Stream))
                {
                    _behind.Add(message.Stream, message.Id - 1);
                    continue;
                }

                taken[message.Stream] = already + 1;
                messages.Add(message);
            }

            if (read.Count < count) break;
        }

        return messages;
    }

    private Task<List<StoredMessage>?> ReadOwnedAsync(long epoch, Func<QueueSession, List<StoredMessage>> read) =>
        file.ReadAsync(session => session.Owns(queue, epoch) ? read(session) : null);
}
