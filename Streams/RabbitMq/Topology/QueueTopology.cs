using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Granary.Streams.RabbitMq.Topology;

/// <summary>
/// Makes the exchanges and queues of one provider, where they are not there yet. Whoever needs them does so: the first
/// publisher, a reader, and both again when somebody deleted a queue.
/// </summary>
internal sealed partial class QueueTopology(QueueNames names, RabbitMqStreamsOptions options, ILogger<QueueTopology> logger)
{
    private const int PreconditionFailed = 406;

    /// <summary>A queue of dead letters that are looked at hands them out and takes them back each time; there is no "unlimited" in all versions.</summary>
    private const int NoDeliveryLimit = int.MaxValue;

    public QueueNames Names => names;

    /// <param name="connection">To the broker.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="only">The one queue that a reader needs: another one that has no leader must not hold it up. Null: all.</param>
    public async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken, string? only = null)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.ExchangeDeclareAsync(names.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(names.DeadExchange, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            channel = await DeclareQueueAsync(connection, channel, names.DeadQueue, DeadArguments(), cancellationToken);
            await channel.QueueBindAsync(names.DeadQueue, names.DeadExchange, names.Provider, cancellationToken: cancellationToken);
            foreach (var (queue, binding) in names.Queues)
            {
                if (only is not null && only != queue) continue;
                channel = await DeclareQueueAsync(connection, channel, queue, Arguments(), cancellationToken);
                await channel.QueueBindAsync(queue, names.Exchange, binding, cancellationToken: cancellationToken);
            }
        }
        finally
        {
            await channel.AbortAsync(CancellationToken.None);
            await channel.DisposeAsync();
        }
    }

    /// <summary>The settings of a queue that is there cannot be changed: it is used as it is. The refusal costs the channel; returns the one to go on with.</summary>
    private async Task<IChannel> DeclareQueueAsync(
        IConnection connection, IChannel channel, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        try
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
            return channel;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == PreconditionFailed)
        {
            LogDiffers(queue, refused.ShutdownReason.ReplyText);
            await channel.DisposeAsync();
            var next = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await next.QueueDeclarePassiveAsync(queue, cancellationToken);
            return next;
        }
    }

    private Dictionary<string, object?> Arguments() => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-single-active-consumer"] = true,
        ["x-delivery-limit"] = options.RedeliveryLimit,
        ["x-max-length"] = options.MaxQueueLength,
        ["x-overflow"] = "reject-publish",
        ["x-dead-letter-exchange"] = names.DeadExchange,
        ["x-dead-letter-routing-key"] = names.Provider,
        ["x-dead-letter-strategy"] = "at-least-once",
    };

    private static Dictionary<string, object?> DeadArguments() => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = NoDeliveryLimit,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queue {Queue} has other settings than configured and is used as it is: {Reason}")]
    private partial void LogDiffers(string queue, string reason);
}
