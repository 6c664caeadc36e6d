using Granary.Streams.RabbitMq.Messages;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>
/// Knows messages again that come a second time because the connection was lost: one that is still being delivered is not
/// delivered twice, and one that was done with meanwhile is only acknowledged. Used on the scheduler of the queue's agent only.
/// </summary>
internal sealed class KnownMessages
{
    private readonly Dictionary<string, ArrivedMessage> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConsumerSession> _done = new(StringComparer.Ordinal);
    private ConsumerSession? _session;

    /// <summary>False when it is known, and nothing more is to be done with it.</summary>
    public bool Add(ArrivedMessage message)
    {
        if (!ReferenceEquals(_session, message.Session)) Begin(message.Session);
        if (PublicationOf(message) is not { } id) return true;
        if (_done.Remove(id))
        {
            message.Settle();
            return false;
        }

        if (_open.TryAdd(id, message)) return true;
        _open[id].MoveTo(message);
        return false;
    }

    /// <summary>It was given back to the broker, or will be when it comes again.</summary>
    public void Settle(ArrivedMessage message)
    {
        message.Settle();
        if (PublicationOf(message) is not { } id || !_open.Remove(id)) return;
        if (message.IsStale) _done[id] = message.Session;
    }

    /// <summary>It is given up, which the broker is yet to be told: when that fails it is to come again as if it were new.</summary>
    public void Forget(ArrivedMessage message)
    {
        if (PublicationOf(message) is { } id) _open.Remove(id);
    }

    /// <summary>What the session before did not bring again went to another reader: nothing is kept for longer than a session.</summary>
    private void Begin(ConsumerSession session)
    {
        if (_session is not null)
        {
            foreach (var (id, _) in _open.Where(o => o.Value.Session != _session).ToList()) _open.Remove(id);
            foreach (var (id, _) in _done.Where(d => d.Value != _session).ToList()) _done.Remove(id);
        }

        _session = session;
    }

    private static string? PublicationOf(ArrivedMessage message) => MessageHeaders.Text(message.Properties, MessageHeaders.Publication);
}
