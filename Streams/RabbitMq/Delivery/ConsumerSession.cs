using Granary.Streams.Delivery;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Granary.Streams.RabbitMq.Delivery;

/// <summary>
/// One channel that reads one queue, from its opening until it is closed, by whomever: an epoch. Delivery tags mean nothing
/// beyond it, so what is settled later is dropped here and comes again in the next one.
/// </summary>
internal sealed class ConsumerSession(IChannel channel, string queue, Action<ArrivedMessage, bool> arrived, TimeProvider time) : AsyncDefaultBasicConsumer(channel)
{
    private readonly Lock _gate = new();
    private readonly AckWindow _window = new();
    private readonly Signal _work = new();
    private volatile string? _closed;

    public bool IsClosed => _closed is not null;

    public string? CloseReason => _closed;

    public async Task StartAsync(int prefetch, CancellationToken cancellationToken)
    {
        await Channel.BasicQosAsync(0, (ushort)prefetch, global: false, cancellationToken);
        await Channel.BasicConsumeAsync(queue, autoAck: false, consumer: this, cancellationToken);
    }

    /// <summary>Acknowledges what is settled, until the session is closed or the token cancelled.</summary>
    /// <param name="period">Between two calls of <paramref name="report"/>.</param>
    /// <param name="report">Told how many messages wait in the broker and how many are here.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(TimeSpan period, Action<uint, int> report, CancellationToken stop)
    {
        var reported = time.GetTimestamp() - (long)(period.TotalSeconds * time.TimestampFrequency);
        while (!IsClosed && !stop.IsCancellationRequested)
        {
            if (time.GetElapsedTime(reported) >= period)
            {
                var state = await Channel.QueueDeclarePassiveAsync(queue, stop);
                report(state.MessageCount, Unsettled);
                reported = time.GetTimestamp();

                // A queue that was deleted and made again under its name: the broker does not always say that it cancelled its reader.
                if (state.ConsumerCount == 0) Close("the broker knows no reader of the queue");
            }

            await AcknowledgeAsync();
            await _work.WaitAsync(period, time, stop);
        }
    }

    public void Settle(ulong tag)
    {
        lock (_gate) _window.Settle(tag);
        _work.Set();
    }

    /// <summary>What is settled is acknowledged; the rest goes back into the queue.</summary>
    public async Task CloseAsync()
    {
        if (!IsClosed)
        {
            await AcknowledgeAsync();
            await Channel.CloseAsync();
        }

        Close("closed");
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties,
        ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        lock (_gate) _window.Deliver(deliveryTag);

        // The memory is the client's again when this returns; the properties stay.
        arrived(new ArrivedMessage(this, deliveryTag, routingKey, properties, body.ToArray()), redelivered);
        return Task.CompletedTask;
    }

    /// <summary>By the broker: the queue was deleted, or its leader is lost.</summary>
    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        Close("the broker cancelled the reader: the queue was deleted or is not available");
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        Close(reason.ReplyText);
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    private int Unsettled
    {
        get
        {
            lock (_gate) return _window.Count;
        }
    }

    private async Task AcknowledgeAsync()
    {
        (ulong UpTo, ulong[] Single) take;
        lock (_gate) take = _window.Take();
        if (take.UpTo > 0) await Channel.BasicAckAsync(take.UpTo, multiple: true);
        foreach (var tag in take.Single) await Channel.BasicAckAsync(tag, multiple: false);
    }

    private void Close(string reason)
    {
        _closed ??= reason;
        _work.Set();
    }
}
