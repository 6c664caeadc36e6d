using Granary.Streams.Delivery;
using Granary.Streams.RabbitMq.Connections;
using Granary.Streams.RabbitMq.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Granary.Streams.RabbitMq.Publishing;

/// <summary>Publishes over one channel, opened when it is needed; a call returns when the broker has the message in a queue, on disk.</summary>
internal sealed class Publisher(QueueTopology topology, BrokerConnection connection, RabbitMqStreamsOptions options, TimeProvider time)
{
    /// <summary>Messages on their way at once; the next one waits.</summary>
    private const int MaxOutstanding = 1024;

    private readonly Lock _gate = new();
    private Task<IChannel>? _opening;

    /// <exception cref="StreamQueueFullException">The broker does not take it; it is in no queue.</exception>
    /// <exception cref="BrokerUnavailableException">It may or may not be in the queue.</exception>
    public async Task PublishAsync(string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var provider = RabbitMqInstruments.Tag(topology.Names.Provider);
        RabbitMqInstruments.Published.Add(1, provider);
        try
        {
            if (!await TryPublishAsync(exchange, routingKey, properties, body))
            {
                // Somebody deleted the queue. The broker's end of this channel may still count messages for it, and would confirm those
                // for its successor without keeping them: others who publish over the channel fail, and publish again.
                await RetireAsync();

                // Nor does it always cancel a reader of a queue that is made again at once: it would hand it nothing for ever.
                await Task.Delay(options.ReconnectDelay, time);
                if (!await TryPublishAsync(exchange, routingKey, properties, body))
                    throw new BrokerUnavailableException("RabbitMQ has no queue for the message.", null);
            }

            RabbitMqInstruments.Confirmed.Add(1, provider);
        }
        catch (PublishException)
        {
            RabbitMqInstruments.Refused.Add(1, provider);
            throw new StreamQueueFullException(routingKey, options.MaxQueueLength);
        }
        catch (Exception fault)
        {
            RabbitMqInstruments.Refused.Add(1, provider);
            if (fault is BrokerUnavailableException) throw;
            throw new BrokerUnavailableException($"RabbitMQ did not confirm the message: {fault.GetBaseException().Message}", fault);
        }
    }

    /// <summary>False when there is no queue for it.</summary>
    private async Task<bool> TryPublishAsync(string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        var channel = await OpenAsync();
        using var limit = new CancellationTokenSource(options.ConfirmTimeout, time);
        try
        {
            await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, limit.Token);
            return true;
        }
        catch (PublishReturnException)
        {
            return false;
        }
    }

    /// <summary>The next to publish opens another channel, and declares the queues.</summary>
    private async Task RetireAsync()
    {
        Task<IChannel>? retired;
        lock (_gate) (retired, _opening) = (_opening, null);
        if (retired is not { IsCompletedSuccessfully: true, Result: { } channel }) return;
        await channel.AbortAsync();
        await channel.DisposeAsync();
    }

    /// <summary>One opening at a time, which all wait for.</summary>
    private Task<IChannel> OpenAsync()
    {
        lock (_gate)
        {
            if (_opening is { IsCompleted: false } or { IsCompletedSuccessfully: true, Result.IsOpen: true }) return _opening;
            return _opening = OpenAsync(_opening);
        }
    }

    private async Task<IChannel> OpenAsync(Task<IChannel>? before)
    {
        using var limit = new CancellationTokenSource(options.ConfirmTimeout, time);
        if (before is { IsCompletedSuccessfully: true, Result: { } closed }) await closed.DisposeAsync();
        var broker = await connection.OpenAsync();
        await topology.DeclareAsync(broker, limit.Token);
        return await broker.CreateChannelAsync(
            new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
                outstandingPublisherConfirmationsRateLimiter: new ThrottlingRateLimiter(MaxOutstanding)),
            limit.Token);
    }
}
